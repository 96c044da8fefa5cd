// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "hilo/detail/export.hpp"

namespace hilo::threading {

/// How many bytes of stack the threads started from now on get; 0 for the system's default.
///
/// Returns:   what was set before.
/// Throws:    ValueError below 32 KiB, or if the system says that no stack can have that size. One
///            for which there is no memory shows in Thread::start().
/// Python:    threading.stack_size(size).
/// Safe from: any thread.
HILO_EXPORT std::size_t stack_size(std::int64_t size);

/// What was set last; 0 for the system's default.
[[nodiscard]] HILO_EXPORT std::size_t stack_size() noexcept;

}  // namespace hilo::threading
