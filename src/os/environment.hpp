// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::os {

/// Takes `name` out of this process's environment.
void unset_environment(const char* name) noexcept;

}  // namespace hilo::os
