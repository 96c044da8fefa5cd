// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"

/// Contract: sleep on a 32-bit word until somebody wakes those who sleep on it.
namespace hilo::os {

/// Who may sleep on the word: threads of this process, or of every process that maps it.
enum class ParkScope { in_process, shared };

/// `woken` also if the word differed, a signal came, or for no reason at all: look again.
enum class ParkResult { woken, timed_out };

/// Sleeps if `word` holds `expected`, until unpark() or the deadline. The comparison and the
/// falling asleep are one step towards unpark(): who changes the word, then unparks, misses no
/// sleeper. Throws: std::system_error if the system refuses.
ParkResult park(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                detail::Deadline deadline, ParkScope scope);

constexpr int k_everybody = 0x7fffffff;

/// Wakes up to `count` of those who sleep on `word`, the longest sleeper first. The word may be
/// gone already: only its address is used. Returns: how many woke, where the system tells; else
/// `count`.
int unpark(const std::atomic<std::uint32_t>& word, int count, ParkScope scope) noexcept;

/// For the program's end, and for good: calls `hook()` before a park(), also one under way, returns
/// `timed_out`.
void hook_parks(void (*hook)()) noexcept;
[[nodiscard]] bool parks_are_hooked() noexcept;
/// Calls that hook, if there is one.
void call_park_hook();

/// park() without the hook, for a slice of a wait: when all of it is over, call_park_hook(). Each
/// system's own.
ParkResult sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                    detail::Deadline deadline, ParkScope scope);

}  // namespace hilo::os
