// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/detail/futures/staffing.hpp"
#include "hilo/detail/queue/engine.hpp"
#include "hilo/detail/queue/fifo.hpp"
#include "hilo/multiprocessing/pool/worker_stats.hpp"

namespace hilo::detail::futures {

struct CrewOptions {
  Staffing staffing = {};
  std::string prefix = {};
  std::function<void()> initializer = {};
  std::int64_t most_pending = 0;  ///< 0: no limit
  bool refuse_when_full = false;  ///< instead of waiting
};

/// Threads that do jobs, first come, first served.
class HILO_EXPORT ThreadCrew : public std::enable_shared_from_this<ThreadCrew> {
 public:
  /// Throws: ValueError, std::system_error.
  static std::shared_ptr<ThreadCrew> start(CrewOptions options);
  explicit ThreadCrew(CrewOptions options);
  ~ThreadCrew();
  ThreadCrew(const ThreadCrew&) = delete;
  ThreadCrew& operator=(const ThreadCrew&) = delete;

  [[nodiscard]] int size() const noexcept { return options_.staffing.most; }
  /// What its jobs say whose they are.
  [[nodiscard]] const void* identity() const noexcept { return this; }

  /// Blocks:  while the line is full, unless a worker of this crew calls: that does the job itself.
  /// Throws: RuntimeError after shutdown() and in a forked child; BrokenThreadPool; queue::Full.
  void submit(const Ref<Job>& job);

  /// Starts the workers that a warm crew has, and waits until their initializers are through.
  /// Returns: false if they were not until `deadline`. Throws: as submit(); std::system_error.
  bool ensure_started(Deadline deadline);

  /// No more jobs are taken; those that wait are done, or cancelled.
  void shutdown(bool cancel_pending);
  /// Also asks tasks that run to stop.
  void terminate();
  /// Waits until all workers have ended, after shutdown(); not for the caller.
  void join();

  [[nodiscard]] std::vector<multiprocessing::pool::WorkerStats> stats();

  /// In a child of a fork there are no workers.
  [[nodiscard]] bool inert() const noexcept;
  [[nodiscard]] bool is_shut_down() const noexcept { return shut_down_.load(); }

 private:
  struct Worker;

  bool start_worker();
  void grow();
  void work(Worker& self) noexcept;
  bool prepare() noexcept;
  void run(Worker& self, const Ref<Job>& job);
  Ref<Job> wait_for_job(Worker& self);
  Ref<Job> take(Deadline deadline);
  Ref<Job> next(Deadline deadline);
  void cancel_pending() noexcept;
  void refuse_if_unusable();
  void stop_running(Worker& worker) noexcept;

  const CrewOptions options_;
  const unsigned generation_;
  queue::Engine<Job*, queue::Fifo<Job*>> line_;
  std::atomic<int> started_{0};
  std::atomic<int> idle_{0};   ///< how many wait: only kept while there can be more
  std::atomic<int> ready_{0};  ///< how many are through with the initializer
  std::atomic<std::uint32_t> news_{0};
  std::atomic<bool> shut_down_{false};
  std::atomic<bool> broken_{false};
  std::mutex mutex_;
  std::exception_ptr error_;                      ///< what broke it; under the mutex
  std::vector<std::unique_ptr<Worker>> workers_;  ///< under the mutex
};

}  // namespace hilo::detail::futures
