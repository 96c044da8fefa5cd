// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

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
  /// How many are there at least, from the start; others come as there is work. All if neither this
  /// nor `idle_time` is given, none if only that is.
  std::optional<int> min_workers = {};
  /// Those above the least end when they had nothing to do for so long.
  std::optional<std::chrono::nanoseconds> idle_time = {};
  /// How many bytes of memory of its own a worker may use. One that uses more, as is seen within
  /// about a tenth of a second, is ended, and its task fails with WorkerLostError; between tasks it
  /// is just replaced. By fork, what it shares with this process counts too.
  std::optional<std::uint64_t> memory_limit = {};
  /// What a task may cost that does not say so itself; a chunk of a map is one.
  TaskOptions limits = {};
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

  /// Ends the workers, and with them what runs; what has not begun is cancelled.
  ///
  /// Python: terminate_workers(); differs: who does not listen is killed a second later.
  void terminate_workers() { crew().terminate(); }
  /// The same without asking first: no destructor or handler of theirs runs.
  ///
  /// Python: kill_workers().
  void kill_workers() { crew().terminate(detail::pool::Ending::at_once); }
};

}  // namespace hilo::futures
