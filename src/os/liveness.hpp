// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

/// Contract: a process tells others through shared memory that it lives, and how they learn of its
/// death without asking the system each time.
namespace hilo::os {

/// A mark in shared memory, held by one thread of a process from its start to its death. The system
/// itself lets go of it when that thread ends, however it ends.
struct alignas(8) Liveness {
  std::byte storage[56];
};

enum class LivenessState { held, released };

/// Makes a mark that was never used ready; nobody holds it yet.
void make_liveness(Liveness& mark) noexcept;

/// Holds the mark for the calling thread from now on. The holder before must have ended. If the
/// thread ends before its process does, `thread_ended` becomes 1 before the mark is released; if it
/// is 0 then, the process has ended, or has become another program by exec.
/// Returns: false if somebody looked at the mark at that moment: to be tried again.
/// Async-signal-safe.
[[nodiscard]] bool hold_liveness(Liveness& mark, std::atomic<std::uint32_t>& thread_ended) noexcept;

/// Whether the holder's thread has ended. Costs no system call while it is held.
[[nodiscard]] LivenessState look_at_liveness(Liveness& mark) noexcept;

/// Nanoseconds since the machine started: a time that /proc's start times can be compared to.
[[nodiscard]] std::int64_t boot_time() noexcept;

/// Whether the process that had `pid` at `seen` (a boot_time()) still exists and is no zombie. Ids
/// are reused: a process that started later than `seen` is another one.
[[nodiscard]] bool process_lives(int pid, std::int64_t seen) noexcept;

}  // namespace hilo::os
