// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/multiprocessing/pool/worker_stats.hpp"

namespace hilo::detail::futures {

/// What a worker's thread is at and has done: written by it alone, read by whoever asks.
class WorkerRecord {
 public:
  /// Has the job done, and notes it; the job may be one that a task waits for.
  void run(Job& job) noexcept {
    const std::int64_t since = since_.load(std::memory_order_relaxed);
    const NameSource name = named_after();
    begin(Deadline::now(), job.named_after());
    if (job.run() && job.phase() == Phase::finished) add_one(job.error() ? failed_ : done_);
    begin(since, name);
  }

  /// Writes what it knows into `stats`.
  void tell(multiprocessing::pool::WorkerStats& stats) const;

 private:
  // `since_` is 0 while the rest changes. release: who reads a new name reads that 0 afterwards, or
  // what came behind it.
  void begin(std::int64_t since, NameSource name) noexcept {
    since_.store(0, std::memory_order_relaxed);
    function_.store(name.function, std::memory_order_release);
    type_.store(name.type, std::memory_order_release);
    since_.store(since, std::memory_order_release);
  }
  [[nodiscard]] NameSource named_after() const noexcept {
    return {function_.load(std::memory_order_acquire), type_.load(std::memory_order_acquire)};
  }
  // relaxed: nobody else writes it.
  static void add_one(std::atomic<std::uint64_t>& count) noexcept {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::atomic<const void*> function_{nullptr};
  std::atomic<const std::type_info*> type_{nullptr};
  std::atomic<std::int64_t> since_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
};

}  // namespace hilo::detail::futures
