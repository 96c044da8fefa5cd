// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/executor_face.hpp"
#include "hilo/detail/futures/thread_kind.hpp"

namespace hilo::futures {

/// Keyword arguments of ThreadPoolExecutor.
struct ThreadPoolExecutorOptions {
  /// How many threads at most; the processors and four, but not above 32, if not given.
  std::optional<int> max_workers = {};
  std::string thread_name_prefix = {};
  /// What each thread does first; if it throws, the executor is broken: BrokenThreadPool.
  std::function<void()> initializer = {};
  /// How many tasks may wait for a thread; 0 for no limit.
  std::int64_t max_pending = 0;
  /// submit() throws queue::Full then, instead of waiting for room.
  bool refuse_when_full = false;
  /// How many are there at least, from the start; others come as there is work. None if
  /// not given.
  std::optional<int> min_workers = {};
  /// Those above the least end when they had nothing to do for so long.
  std::optional<std::chrono::nanoseconds> idle_time = {};
};

/// Tasks for threads, which are started as there is work.
///
///     futures::ThreadPoolExecutor executor(4);
///     auto size = executor.submit(download, url);
///     for (auto&& text : executor.map(to_text, pages)) show(text);
///     use(size.result());
///
/// Leaving its scope is shutdown(): it waits for all tasks.
///
/// Throws:    the constructor ValueError.
/// Python:    concurrent.futures.ThreadPoolExecutor; differs: a task that waits for another of the
///            same executor never waits for a free thread; limits for tasks, and for how many wait.
/// Safe from: any thread.
class HILO_EXPORT ThreadPoolExecutor
    : public detail::futures::ExecutorFace<detail::futures::ThreadKind> {
 public:
  explicit ThreadPoolExecutor(ThreadPoolExecutorOptions options = {});
  explicit ThreadPoolExecutor(int max_workers)
      : ThreadPoolExecutor(ThreadPoolExecutorOptions{.max_workers = max_workers}) {}
};

}  // namespace hilo::futures
