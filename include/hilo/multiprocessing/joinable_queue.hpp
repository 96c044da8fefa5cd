// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/multiprocessing/queue.hpp"

namespace hilo::multiprocessing {

/// A Queue that knows how many of its items are worked off. An item whose getter was killed before
/// it said so is lost, and nobody waits for it.
///
/// A handle: a copy is the same queue, also in another process.
/// Python: multiprocessing.JoinableQueue.
template <class T>
class JoinableQueue : public Queue<T> {
 public:
  using Patience = typename Queue<T>::Patience;
  using Queue<T>::Queue;
  /// As a Queue. Throws: std::system_error if there is no memory.
  JoinableQueue() : JoinableQueue(0) {}
  explicit JoinableQueue(std::int64_t maxsize) : Queue<T>(maxsize, true) {}

  /// Says that an item that was got is worked off.
  ///
  /// Throws: ValueError if this was said of every item that was put.
  /// Python: JoinableQueue.task_done(); to be called by the process that got the item, so that it
  /// is
  ///         known whose tasks end with it.
  void task_done() const { this->state().task_done(); }

  /// Waits until every item that was put is worked off, or lost.
  ///
  /// Returns: false if the time passed first.
  /// Python:  JoinableQueue.join(); differs: it can be given a timeout.
  bool join(Patience patience = true) const { return this->state().join(patience.deadline()); }
};

}  // namespace hilo::multiprocessing
