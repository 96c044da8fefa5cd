// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "heap/family.hpp"
#include "hilo/multiprocessing/start_method.hpp"
#include "multiprocessing/process_state.hpp"

namespace hilo::detail {

using StatePointer = std::shared_ptr<ProcessState>;

/// What this process knows of itself and of the processes it started. Never destroyed, mended in a
/// forked child. Its mutex is the innermost: nothing is called under it that takes another.
class Registry {
 public:
  static Registry& instance();

  std::mutex mutex;

  // All below is guarded by the mutex.
  int pid;
  StatePointer current;
  /// Empty in the program itself.
  StatePointer parent;
  unsigned processes_made = 0;
  /// Started, or about to be, and not yet reaped.
  std::vector<StatePointer> children;
  std::optional<multiprocessing::StartMethod> method;
  std::string executable;

  /// This process is `self` from now on; what it was before is its parent. Takes the mutex.
  void become(StatePointer self);

  /// Takes the status of `child` if it has ended.
  /// Returns: whether it has. Takes the mutex.
  bool reap(const StatePointer& child);

  /// reap() for all children that have ended.
  void reap_all();

  /// The same if there are many more than after the last time, so that the cost of a start does not
  /// grow with the number of siblings.
  void reap_sometimes();

  /// Waits until a process that was started has ended. Takes the mutex, but not for the wait.
  /// Returns: false if `deadline` passed first. Throws: std::system_error.
  bool wait_for_end(const StatePointer& process, Deadline deadline);

  /// Sends the signal to `child`, if it was started and its status was not taken. Takes the mutex.
  /// Throws: std::system_error.
  void send_signal(const StatePointer& child, os::Signal signal);

 private:
  Registry();
  void mend_forked_child();

  std::size_t enough_children_ = 16;
  /// The children of the process that this one was forked from.
  std::vector<StatePointer> inherited_;
};

/// A child that is about to start. It is in the registry from now on, so that a child which another
/// thread forks meanwhile lets go of its lifeline; left out again if this ends without started().
class StartingChild {
 public:
  StartingChild(StatePointer child, family::Nascent& member, os::UniqueDescriptor lifeline);
  ~StartingChild();
  StartingChild(const StartingChild&) = delete;
  StartingChild& operator=(const StartingChild&) = delete;

  /// It exists. `report` tells of its end if another process is the system's parent of it.
  void started(int pid, std::shared_ptr<os::WatchedDescriptor> report = {}) noexcept;

 private:
  /// Empty once it is started.
  StatePointer child_;
  family::Nascent& member_;
};

/// Program end: daemonic children are terminated and joined, the others joined.
void end_children();

}  // namespace hilo::detail
