// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/export.hpp"

namespace hilo::detail::sync {

/// The calling thread's number inside its process: never 0, and not given again before 2^32
/// threads. A forked child's first thread keeps the number of the thread that forked, and what it
/// owns.
[[nodiscard]] HILO_EXPORT std::uint32_t thread_id() noexcept;

}  // namespace hilo::detail::sync
