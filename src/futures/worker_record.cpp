// SPDX-License-Identifier: MIT
#include "futures/worker_record.hpp"

#include <chrono>

#include "threading/target_name.hpp"

namespace hilo::detail::futures {

void WorkerRecord::tell(multiprocessing::pool::WorkerStats& stats) const {
  // relaxed: numbers of their own.
  stats.done = done_.load(std::memory_order_relaxed);
  stats.failed = failed_.load(std::memory_order_relaxed);
  const std::int64_t since = since_.load(std::memory_order_acquire);
  const NameSource name = named_after();
  // It is at another task by now: as good as idle.
  if (since == 0 || since_.load(std::memory_order_relaxed) != since) return;
  stats.task = target_name(name);
  stats.since = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(since));
}

}  // namespace hilo::detail::futures
