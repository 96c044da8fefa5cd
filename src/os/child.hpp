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
  /// Of such a process: where its parent's ChildReport of the end comes. -1 if nobody sends one.
  int report = -1;
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

/// Takes the status of a process that has ended, so that nothing of it remains. Never blocks.
/// Returns: nullopt while it runs.
[[nodiscard]] std::optional<EndStatus> reap(ProcessRef process) noexcept;

/// What the system's parent of somebody else's child says of it: that it exists, and later, before
/// it is reaped, how it ended. Through message_socket.hpp.
struct ChildReport {
  int pid;
  bool ended;
  EndStatus status;
};

/// Waits for the first ChildReport; one of the end stays to be read by reap().
/// Returns: nullopt if none can come any more.
[[nodiscard]] std::optional<ChildReport> first_report(int report) noexcept;

enum class Signal { terminate, interrupt, kill };

/// Sends the signal to a process whose status was not taken; that it has ended already is no error.
/// Throws: std::system_error.
void send_signal(ProcessRef process, Signal signal);

}  // namespace hilo::os
