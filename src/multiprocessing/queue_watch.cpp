// SPDX-License-Identifier: MIT
#include "multiprocessing/queue_watch.hpp"

#include <functional>

namespace hilo::detail::connection {

QueueWatch::QueueWatch(std::span<family::ByteQueue* const> queues, Deadline deadline) {
  try {
    for (family::ByteQueue* queue : queues) {
      threads_.push_back(
          std::async(std::launch::async, &QueueWatch::sleep_on, this, std::ref(*queue), deadline));
    }
  } catch (...) {
    stop_.request_stop();  // or the destructor of those that run would wait for them
    throw;
  }
}

void QueueWatch::sleep_on(family::ByteQueue& queue, Deadline deadline) const {
  struct AtEnd {
    int descriptor;
    ~AtEnd() { os::end_sending(descriptor); }
  } const at_end{ends_.second.get()};
  (void)queue.wait_for_item(deadline, stop_.get_token());
}

void QueueWatch::finish() {
  stop_.request_stop();
  for (auto& thread : threads_) thread.get();
}

}  // namespace hilo::detail::connection
