// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/executor_face.hpp"
#include "hilo/detail/pool/process_kind.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/start_method.hpp"

namespace hilo::futures {

/// Keyword arguments of ProcessPoolExecutor.
struct ProcessPoolExecutorOptions {
  /// How many workers; the processors that the process may use if not given.
  std::optional<int> max_workers = {};
  /// How they start; as the program's processes if not given.
  std::optional<multiprocessing::StartMethod> mp_context = {};
  /// What each worker does first; if it throws, the executor is broken: BrokenProcessPool.
  multiprocessing::pool::Initializer initializer = {};
  /// After so many tasks another worker takes a worker's place.
  std::optional<int> max_tasks_per_child = {};
  /// As in Python: the death of a worker fails all tasks and the executor, with BrokenProcessPool.
  bool strict = false;
};

/// Tasks for processes; what can be one is said at Pool.
///
///     futures::ProcessPoolExecutor executor(4);
///     auto future = executor.submit({.timeout = 2s, .retries = 3}, risky, 7);
///
/// Leaving its scope is shutdown(): it waits for all tasks. But one that is static ends with
/// main(), as its workers do: what runs then is lost, and what waits is cancelled.
///
/// Throws:    the constructor as Pool's.
/// Python:    concurrent.futures.ProcessPoolExecutor; differs: a worker that dies fails its own
/// task
///            only, with WorkerLostError, unless `strict`; cancel() ends a task that runs.
/// Safe from: any thread of the process that made it.
class HILO_EXPORT ProcessPoolExecutor
    : public detail::futures::ExecutorFace<detail::pool::ProcessKind> {
 public:
  explicit ProcessPoolExecutor(ProcessPoolExecutorOptions options = {});
  explicit ProcessPoolExecutor(int max_workers)
      : ProcessPoolExecutor(ProcessPoolExecutorOptions{.max_workers = max_workers}) {}

  /// What each worker is at; none in a forked child.
  ///
  /// Python: none.
  [[nodiscard]] std::vector<multiprocessing::pool::WorkerStats> stats() const {
    return crew().stats();
  }

  /// Ends the workers, and with them what runs; what has not begun is cancelled.
  ///
  /// Python: terminate_workers(), kill_workers(); differs: asks first, kills a second later.
  void terminate_workers() { crew().terminate(); }
};

}  // namespace hilo::futures
