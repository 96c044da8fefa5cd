// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <span>
#include <stop_token>
#include <vector>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/family/byte_queue.hpp"
#include "os/stream.hpp"

namespace hilo::detail::connection {

/// Makes queues something that descriptors can be waited for with: for each a thread sleeps until
/// a get() would not wait, and then makes one descriptor readable.
class QueueWatch {
 public:
  /// Throws: std::system_error if the system has no descriptors or threads.
  QueueWatch(std::span<family::ByteQueue* const> queues, Deadline deadline);
  ~QueueWatch() { stop_.request_stop(); }
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;

  /// Readable when one of the queues may be ready, at `deadline`, and after an error.
  [[nodiscard]] int descriptor() const noexcept { return ends_.first.get(); }

  /// Ends the threads. Throws: what ended one of them.
  void finish();

 private:
  void sleep_on(family::ByteQueue& queue, Deadline deadline) const;

  os::StreamPair ends_ = os::make_stream_pair(false);
  std::stop_source stop_;
  std::vector<std::future<void>> threads_;  // the last member: its destructor waits for them
};

}  // namespace hilo::detail::connection
