// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "hilo/detail/queue/face.hpp"
#include "hilo/detail/queue/heap.hpp"

namespace hilo::queue {

/// A Queue that gives the item that precedes all others: the smallest, unless `Compare` says
/// otherwise. Of equal ones it gives any.
///
/// `Compare` is called under the queue's lock: it must not use the queue. It may throw; nothing has
/// changed then.
/// Python: queue.PriorityQueue; differs: the order can be chosen. std::priority_queue, with the
/// same
///         Compare, gives the largest first.
template <class T, class Compare = std::less<>>
class PriorityQueue : public detail::queue::Face<T, detail::queue::Heap<T, Compare>> {
 public:
  /// Holds up to `maxsize` items; as many as memory does if that is 0 or less.
  explicit PriorityQueue(std::int64_t maxsize = 0, Compare compare = Compare())
      : detail::queue::Face<T, detail::queue::Heap<T, Compare>>(maxsize, std::move(compare)) {}
};

}  // namespace hilo::queue
