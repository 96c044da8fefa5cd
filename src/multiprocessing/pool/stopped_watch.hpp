// SPDX-License-Identifier: MIT
#pragma once

#include "os/descriptor.hpp"
#include "os/sentinel.hpp"

namespace hilo::detail::pool {

/// A worker of this process's. One that was stopped under the family's lock would hold up the whole
/// family, its owner too: where that waits for long, stopped workers are killed. So is one that was
/// to go home.
class StoppedWatch {
 public:
  explicit StoppedWatch(int pid);
  ~StoppedWatch();
  StoppedWatch(const StoppedWatch&) = delete;
  StoppedWatch& operator=(const StoppedWatch&) = delete;

  /// Kills the worker if it is stopped.
  void end_if_stopped() const noexcept { os::end_if_stopped(sentinel_, pid_); }

 private:
  static void end_stopped();

  const int pid_;
  const unsigned generation_;
  const os::UniqueDescriptor sentinel_;
};

}  // namespace hilo::detail::pool
