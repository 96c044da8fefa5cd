// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/multiprocessing/queue.hpp"

namespace hilo::multiprocessing {

/// A Queue that knows how many of its items are worked off.
///
/// A handle: a copy is the same queue, also in another process.
/// Python: multiprocessing.JoinableQueue.
template <class T>
class JoinableQueue : public Queue<T> {
 public:
  using Queue<T>::Queue;
  using Patience = typename Queue<T>::Patience;

  /// Says that an item that was got is worked off.
  ///
  /// Throws: ValueError if this was said of every item that was put.
  /// Python: JoinableQueue.task_done().
  void task_done() const { this->state().task_done(); }

  /// Waits until every item that was put is worked off.
  ///
  /// Returns: false if the time passed first.
  /// Python:  JoinableQueue.join(); differs: it can be given a timeout.
  bool join(Patience patience = true) const { return this->state().join(patience.deadline()); }
};

}  // namespace hilo::multiprocessing
