// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "hilo/detail/deadline.hpp"

/// Contract: the end of a process, seen from outside. Nothing here stands on a descriptor that was
/// opened before the call: programs close what is not their own.
namespace hilo::os {

/// A process that may be waited for. The id of a child is its own until it is reaped.
struct ProcessRef {
  int pid;
  /// Of a process that is not the caller's child: a boot_time() at which it had the id.
  std::optional<std::int64_t> seen = {};
};

/// Whether it has ended; leaves its exit status alone.
/// Throws: std::system_error if the system does not tell.
[[nodiscard]] bool has_ended(ProcessRef process);

/// Waits until the process has ended; leaves its exit status alone.
/// Returns: false if `deadline` passed first.
/// Throws: std::system_error.
[[nodiscard]] bool wait_for_end(ProcessRef process, detail::Deadline deadline);

/// How a child ended: its exit code, or its deadly signal's number made negative. Unknown when
/// somebody else took the status (another waiter, or SIGCHLD is ignored).
struct EndStatus {
  bool known;
  int code;
};

/// Takes the status of a child that has ended, so that nothing of it remains. Never blocks.
/// Returns: nullopt while it runs.
[[nodiscard]] std::optional<EndStatus> reap(int child) noexcept;

enum class Signal { terminate, kill };

/// Sends the signal to a child that was not reaped; that it has ended already is no error.
/// Throws: std::system_error.
void send_signal(int child, Signal signal);

}  // namespace hilo::os
