// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "hilo/detail/deadline.hpp"
#include "os/descriptor.hpp"

/// Contract: the end of a process, seen from outside.
namespace hilo::os {

/// A descriptor that names the process for as long as it is open, whoever gets its id later, and
/// that becomes readable when the process has ended. Empty if there is no such process, or if the
/// system is too old (Linux before 5.3) or forbids it.
[[nodiscard]] UniqueDescriptor open_sentinel(int pid) noexcept;

/// A process that may be waited for: its id, and its sentinel if there is one.
struct ProcessRef {
  int pid;
  int sentinel = -1;
};

/// Waits until the process has ended; leaves its exit status alone.
/// Returns: false if `deadline` passed first.
[[nodiscard]] bool wait_for_end(ProcessRef process, detail::Deadline deadline);

/// How a child ended: its exit code, or its deadly signal's number made negative. Unknown when
/// somebody else took the status (another waiter, or SIGCHLD is ignored).
struct EndStatus {
  bool known;
  int code;
};

/// Takes the status of a child that has ended, so that nothing of it remains. Never blocks.
/// Returns: nullopt while it runs.
[[nodiscard]] std::optional<EndStatus> reap(ProcessRef child) noexcept;

enum class Signal { terminate, kill };

/// Sends the signal; that the process has ended already is no error.
/// Throws: std::system_error.
void send_signal(ProcessRef process, Signal signal);

}  // namespace hilo::os
