// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/queue/face.hpp"
#include "hilo/detail/queue/stack.hpp"

namespace hilo::queue {

/// A Queue that gives the item that was put last.
///
/// Python: queue.LifoQueue.
template <class T>
class LifoQueue : public detail::queue::Face<T, detail::queue::Stack<T>> {
 public:
  /// Holds up to `maxsize` items; as many as memory does if that is 0 or less.
  explicit LifoQueue(std::int64_t maxsize = 0)
      : detail::queue::Face<T, detail::queue::Stack<T>>(maxsize) {}
};

}  // namespace hilo::queue
