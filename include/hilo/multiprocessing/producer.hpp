// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>
#include <tuple>
#include <utility>

#include "hilo/detail/family/queue_core.hpp"

namespace hilo::multiprocessing {

/// One who puts items into a Queue, and is counted: when the last copy of the last Producer is
/// gone, destroyed or with its process, and the queue is empty, get() throws EOFError and a loop
/// over the queue ends.
///
///     mp::Queue<int> queue;
///     { auto producer = queue.producer(); a = start(produce, producer); b = start(produce,
///     producer); } for (int item : queue) use(item);  // until a and b have ended, however they
///     did
///
/// As with the ends of a pipe, a forked child has all that its parent had at the fork: start those
/// who only get before the first Producer is made, or by another method than fork.
///
/// A handle: a copy puts into the same queue.
/// Python: none.
template <class T>
class Producer {
 public:
  using Patience = detail::queue::Patience;

  /// For HandleAccess alone.
  Producer(detail::family::HandleAccess, detail::family::QueueCore<T> queue,
           detail::family::ObjectRef registration)
      : Producer(std::move(queue), std::move(registration)) {}
  ~Producer() { leave(); }
  Producer(const Producer&) = default;
  Producer(Producer&&) noexcept = default;
  Producer& operator=(Producer other) noexcept {
    std::swap(queue_, other.queue_);
    std::swap(registration_, other.registration_);
    return *this;
  }

  /// As those of the queue.
  void put(const T& item, Patience patience = true) const { queue_.put(item, patience); }
  [[nodiscard]] bool try_put(const T& item, Patience patience = false) const {
    return queue_.try_put(item, patience);
  }
  [[nodiscard]] bool try_put(const T& item, const std::stop_token& stop,
                             Patience patience = true) const {
    return queue_.try_put(item, stop, patience);
  }

 private:
  friend class detail::family::HandleAccess;
  template <class>
  friend class Queue;
  Producer(detail::family::QueueCore<T> queue, detail::family::ObjectRef registration)
      : queue_(std::move(queue)), registration_(std::move(registration)) {}
  auto parts() const noexcept { return std::tie(queue_, registration_); }

  void leave() noexcept {
    if (!registration_) return;  // moved from
    registration_ = {};
    queue_.producer_left();
  }

  detail::family::QueueCore<T> queue_;
  detail::family::ObjectRef registration_;
};

}  // namespace hilo::multiprocessing
