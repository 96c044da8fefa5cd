// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::detail::futures {

/// The calling thread works for `crew` from now on; for none if null.
void set_current_crew(const void* crew) noexcept;

}  // namespace hilo::detail::futures
