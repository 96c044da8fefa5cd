// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/pool_face.hpp"
#include "hilo/detail/futures/thread_kind.hpp"

namespace hilo::multiprocessing::pool {

/// Keyword arguments of ThreadPool.
struct ThreadPoolOptions {
  /// How many threads; the processors that the process may use if not given.
  std::optional<int> processes = {};
  /// What each thread does first; if it throws, the pool is broken: BrokenThreadPool.
  std::function<void()> initializer = {};
  /// How many are there at least, from the start; others come as there is work. All if neither this
  /// nor `idle_time` is given, none if only that is.
  std::optional<int> min_workers = {};
  /// Those above the least end when they had nothing to do for so long.
  std::optional<std::chrono::nanoseconds> idle_time = {};
};

/// Threads that do tasks, with the interface of Pool.
///
///     pool::ThreadPool pool(4);
///     std::vector<int> squares = pool.map(square, std::views::iota(0, 6));
///     for (auto&& page : pool.imap_unordered(download, urls)) show(page);
///
/// Leaving its scope terminates it: what has not begun is cancelled, what runs is waited for.
///
/// Throws:    the constructor ValueError for fewer than one, std::system_error.
/// Python:    multiprocessing.pool.ThreadPool; differs: its end waits for running tasks.
/// Safe from: any thread.
class HILO_EXPORT ThreadPool : public detail::futures::PoolFace<detail::futures::ThreadKind> {
 public:
  explicit ThreadPool(ThreadPoolOptions options = {});
  explicit ThreadPool(int processes) : ThreadPool(ThreadPoolOptions{.processes = processes}) {}
};

}  // namespace hilo::multiprocessing::pool
