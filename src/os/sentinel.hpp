// SPDX-License-Identifier: MIT
#pragma once

#include "os/child.hpp"
#include "os/descriptor.hpp"

/// Contract: a descriptor that tells of a process's end.
namespace hilo::os {

/// A descriptor that names the process which has `pid` now for as long as it is open, whoever gets
/// that id later, and that becomes readable when the process has ended. Empty, with errno set, if
/// there is no such process, or if the system is too old (Linux before 5.3) or forbids it.
[[nodiscard]] UniqueDescriptor open_sentinel(int pid) noexcept;

/// Kills the process of the sentinel if it is stopped (SIGSTOP), and not by a debugger. `pid` is
/// its id as long as it was not reaped.
void end_if_stopped(const UniqueDescriptor& sentinel, int pid) noexcept;

/// The sentinel that a program has asked for: its own to poll, ours to close. Closed only if it
/// still is what was opened.
class Sentinel {
 public:
  Sentinel() noexcept = default;
  ~Sentinel() { reset(); }
  Sentinel(const Sentinel&) = delete;
  Sentinel& operator=(const Sentinel&) = delete;

  /// The process's sentinel: the same one each time, unless the program has closed it meanwhile.
  /// Throws: std::system_error.
  [[nodiscard]] int of(ProcessRef process);

  void reset() noexcept;

 private:
  [[nodiscard]] bool intact() const noexcept;

  WatchedDescriptor descriptor_;
  /// 0 of one that was opened after the end.
  int pid_ = 0;
};

}  // namespace hilo::os
