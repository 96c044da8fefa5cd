// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/queue/face.hpp"
#include "hilo/detail/queue/fifo.hpp"

namespace hilo::queue {

/// Hands items from threads to threads, first in, first out. Stays put.
///
/// Python: queue.Queue.
///
///     hilo::queue::Queue<std::string> queue(100);
///     threading::Thread worker([&] { for (auto item : queue) work_on(item), queue.task_done(); });
///     worker.start();
///     queue.put("a");
///     queue.join();
///     queue.shutdown();  // the worker's loop ends
template <class T>
class Queue : public detail::queue::Face<T, detail::queue::Fifo<T>> {
 public:
  /// Holds up to `maxsize` items; as many as memory does if that is 0 or less.
  explicit Queue(std::int64_t maxsize = 0)
      : detail::queue::Face<T, detail::queue::Fifo<T>>(maxsize) {}
};

}  // namespace hilo::queue
