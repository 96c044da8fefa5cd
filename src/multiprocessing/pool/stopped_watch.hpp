// SPDX-License-Identifier: MIT
#pragma once

#include "os/descriptor.hpp"

namespace hilo::detail::pool {

/// A worker of this process's. One that was stopped under the family's lock would hold up the whole
/// family, its owner too: where that waits for long, stopped workers are killed.
class StoppedWatch {
 public:
  explicit StoppedWatch(int pid);
  ~StoppedWatch();
  StoppedWatch(const StoppedWatch&) = delete;
  StoppedWatch& operator=(const StoppedWatch&) = delete;

 private:
  static void end_stopped();

  const int pid_;
  const unsigned generation_;
  const os::UniqueDescriptor sentinel_;
};

}  // namespace hilo::detail::pool
