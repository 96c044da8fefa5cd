// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace hilo::detail {

/// The calling process's name.
[[nodiscard]] std::string process_name();

}  // namespace hilo::detail
