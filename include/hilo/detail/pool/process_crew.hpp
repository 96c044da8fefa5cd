// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/detail/futures/staffing.hpp"
#include "hilo/detail/pool/remote_task.hpp"
#include "hilo/detail/process_call.hpp"
#include "hilo/multiprocessing/pool/worker_stats.hpp"
#include "hilo/multiprocessing/start_method.hpp"

namespace hilo::detail::pool {

struct ProcessCrewOptions {
  futures::Staffing staffing = {};
  std::shared_ptr<ProcessCall> initializer = {};
  std::optional<int> most_tasks = {};  ///< of one worker; then another takes its place
  std::optional<multiprocessing::StartMethod> method = {};
  bool strict = false;                             ///< a worker's death breaks the crew
  std::optional<std::uint64_t> memory_limit = {};  ///< of one worker, in bytes
  hilo::futures::TaskOptions limits = {};          ///< of a task that has none of its own
};

/// How many workers a pool of `most` has, as its options say; Throws: ValueError.
[[nodiscard]] futures::Staffing process_staffing(std::optional<int> most, std::optional<int> least,
                                                 std::optional<std::chrono::nanoseconds> idle_time);

/// How workers end before their time: asked, and killed if they do not listen; or just killed.
enum class Ending { asked, at_once };

/// The owner's side of a pool of processes.
class HILO_EXPORT ProcessCrew : public std::enable_shared_from_this<ProcessCrew> {
 public:
  /// Throws: ValueError, PicklingError, RuntimeError, std::system_error.
  static std::shared_ptr<ProcessCrew> start(ProcessCrewOptions options);
  ~ProcessCrew();
  ProcessCrew(const ProcessCrew&) = delete;
  ProcessCrew& operator=(const ProcessCrew&) = delete;

  [[nodiscard]] int size() const noexcept;
  /// What its jobs say whose they are.
  [[nodiscard]] const void* identity() const noexcept;

  /// Throws: RuntimeError after shutdown() and in a forked child; BrokenProcessPool.
  template <class J>
  void submit(const futures::Ref<J>& job) {
    submit_task(*job);
  }
  /// The same, and comes back when it is done.
  template <class J>
  void submit_and_wait(const futures::Ref<J>& job) {
    run_task(*job);
  }

  /// Starts the workers that a warm crew has, and waits until their initializers are through.
  /// Returns: false if they were not until `deadline`. Throws: as submit().
  bool ensure_started(Deadline deadline);

  void shutdown(bool cancel_pending);
  /// Ends the workers, whatever they are at.
  void terminate(Ending ending = Ending::asked);
  void join();
  [[nodiscard]] bool inert() const noexcept;
  [[nodiscard]] bool is_shut_down() const noexcept;

  [[nodiscard]] std::vector<multiprocessing::pool::WorkerStats> stats() const;

  /// Ends the worker that is at the task. Returns: whether the task is cancelled.
  bool cancel(RemoteTask& task) noexcept;

 private:
  class Owner;
  explicit ProcessCrew(std::shared_ptr<Owner> owner) noexcept;
  void submit_task(RemoteTask& task);
  void run_task(RemoteTask& task);

  std::shared_ptr<Owner> owner_;
};

}  // namespace hilo::detail::pool
