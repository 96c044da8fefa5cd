// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include "os/child.hpp"
#include "os/descriptor.hpp"

/// Contract: a process waits at once for what comes to it and for its children's ends, by the
/// thread that made the object; others may run. Where there is fork() alone.
namespace hilo::os {

class EndedChildren {
 public:
  /// From now on SIGCHLD is this object's. Throws: std::system_error.
  EndedChildren();
  /// It is what it was before; in a child of such a process, too.
  ~EndedChildren();
  EndedChildren(const EndedChildren&) = delete;
  EndedChildren& operator=(const EndedChildren&) = delete;

  /// Waits until something has come in at `descriptor`; calls `ended(pid, status)` for each child
  /// that has ended meanwhile, and reaps it afterwards: its id is its own until that returns.
  /// Throws: std::system_error.
  void wait(int descriptor, const std::function<void(int pid, EndStatus status)>& ended);

 private:
  UniqueDescriptor bell_;
};

}  // namespace hilo::os
