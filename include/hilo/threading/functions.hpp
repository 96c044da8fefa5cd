// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {

using hilo::BrokenBarrierError;
/// Python's old name for what a misused lock throws.
using ThreadError = RuntimeError;

/// No timeout is too long: this one and longer ones wait for ever.
inline constexpr std::chrono::nanoseconds TIMEOUT_MAX =
    std::chrono::nanoseconds::max();  // NOLINT(readability-identifier-naming): Python's name

/// The thread that calls. One that hilo did not start (std::thread, a library's own) gets a Thread
/// named "Dummy-N", a daemon, since the program's end cannot wait for it.
[[nodiscard]] HILO_EXPORT Thread current_thread();

/// The thread that runs main(); in a forked child the one that called fork.
[[nodiscard]] HILO_EXPORT Thread main_thread();

/// All threads that are alive and known: those that were started by hilo, the main thread, and
/// those that asked for their current_thread().
[[nodiscard]] HILO_EXPORT std::vector<Thread> enumerate();

/// How many enumerate() would give.
[[nodiscard]] HILO_EXPORT std::size_t active_count();

/// The ident() of the thread that calls.
[[nodiscard]] HILO_EXPORT std::uint64_t get_ident() noexcept;

/// The same number: Python's two numbers are one here.
[[nodiscard]] HILO_EXPORT std::uint64_t get_native_id() noexcept;

}  // namespace hilo::threading
