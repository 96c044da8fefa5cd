// SPDX-License-Identifier: MIT
#include "hilo/detail/futures/thread_crew.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

#include "futures/current_crew.hpp"
#include "futures/forks.hpp"
#include "futures/news.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/thread.hpp"
#include "os/thread.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail::futures {

struct ThreadCrew::Worker {
  std::mutex mutex;
  Job* stoppable = nullptr;  ///< what it is at, under the mutex
  std::optional<threading::Thread> thread;
  bool there = false;  ///< under the crew's mutex: else it has ended, and another may come here
  WorkerRecord record;
};

std::shared_ptr<ThreadCrew> ThreadCrew::start(CrewOptions options) {
  if (options.most_pending < 0) throw ValueError("hilo: a line cannot be shorter than nothing");
  auto crew = std::make_shared<ThreadCrew>(std::move(options));
  try {
    while (crew->started_.load() < crew->options_.staffing.least && crew->start_worker()) {
    }
  } catch (...) {
    crew->shutdown(true);
    crew->join();
    throw;
  }
  return crew;
}

ThreadCrew::ThreadCrew(CrewOptions options)
    : options_(std::move(options)), generation_(fork_generation()), line_(options_.most_pending) {}

ThreadCrew::~ThreadCrew() = default;

bool ThreadCrew::inert() const noexcept { return generation_ != fork_generation(); }

void ThreadCrew::refuse_if_unusable() {
  if (inert()) {
    throw RuntimeError(
        "hilo: this pool's workers are in the process that this one was forked from");
  }
  if (broken_.load()) {
    const std::scoped_lock guard(mutex_);
    std::rethrow_exception(error_);
  }
  if (shut_down_.load()) throw RuntimeError("hilo: no new tasks after shutdown or close");
}

void ThreadCrew::submit(const Ref<Job>& job) {
  refuse_if_unusable();
  job->set_crew(this);
  Job* const raw = job.get();
  raw->hold();  // the line's
  bool stands = false;
  try {
    const bool waits = !options_.refuse_when_full && current_crew() != this;
    stands = line_.put(raw, waits ? Deadline::never() : Deadline::poll());
  } catch (const hilo::queue::ShutDown&) {
    raw->drop();
    refuse_if_unusable();
    throw RuntimeError("hilo: no new tasks after shutdown or close");
  } catch (...) {
    raw->drop();
    throw;
  }
  if (!stands) {
    raw->drop();
    if (options_.refuse_when_full) throw hilo::queue::Full();
    return run_as_worker(*raw);  // a worker that waited for room might wait for itself
  }
  try {
    grow();
  } catch (...) {  // it stands in nobody's line
    (void)raw->cancel();
    throw;
  }
}

// Starts a worker if there is more to do than those have who wait. Where one worker too few is
// started nobody may ever come: so who puts a job into the line, then looks who waits, and who does
// not wait any more, then looks into the line, both change `idle_`, and the later one sees it all.
void ThreadCrew::grow() {
  const Staffing& staffing = options_.staffing;
  if (!staffing.idle_time && started_.load(std::memory_order_relaxed) >= staffing.most) return;
  const int idle = idle_.fetch_add(0, std::memory_order_acq_rel);
  if (started_.load(std::memory_order_relaxed) >= staffing.most || line_.size() <= idle) return;
  try {
    (void)start_worker();
  } catch (...) {
    if (started_.load(std::memory_order_relaxed) == 0) throw;  // else the others will do
  }
}

// Returns: false if there are enough, or no work any more. Throws: std::system_error.
bool ThreadCrew::start_worker() {
  const std::scoped_lock guard(mutex_);
  const int number = started_.load(std::memory_order_relaxed);
  if (number >= options_.staffing.most || (shut_down_.load() && line_.size() == 0)) return false;
  auto place = std::ranges::find_if(workers_, [](const auto& worker) {
    return !worker->there && !(worker->thread && worker->thread->is_alive());
  });
  if (place == workers_.end()) {
    workers_.push_back(std::make_unique<Worker>());
    place = workers_.end() - 1;
  }
  Worker& self = **place;
  threading::Thread thread(
      {.name = fmt::format("{}_{}", options_.prefix, place - workers_.begin()), .daemon = true},
      [crew = shared_from_this(), &self] { crew->work(self); });
  thread.start();
  self.thread = std::move(thread);
  self.there = true;
  started_.store(number + 1, std::memory_order_relaxed);
  return true;
}

bool ThreadCrew::ensure_started(Deadline deadline) {
  refuse_if_unusable();
  const int wanted = options_.staffing.warm();
  while (started_.load(std::memory_order_relaxed) < wanted && start_worker()) {
  }
  return wait_for_news(news_, deadline, [&] {
    refuse_if_unusable();
    return ready_.load() >= wanted;
  });
}

bool ThreadCrew::prepare() noexcept {
  try {
    if (options_.initializer) options_.initializer();
    ready_.fetch_add(1);
    tell_news(news_);
    return true;
  } catch (...) {
    const std::scoped_lock guard(mutex_);
    if (!error_) {
      error_ = std::make_exception_ptr(BrokenThreadPool(
          fmt::format("hilo: the pool's initializer failed: {}", describe_current_exception())));
      broken_.store(true);
    }
  }
  tell_news(news_);
  line_.shutdown(false);
  for (Ref<Job> job = next(Deadline::poll()); job; job = next(Deadline::poll())) job->fail(error_);
  return false;
}

void ThreadCrew::work(Worker& self) noexcept {
  // Whoever starts it counts it afterwards: not counted, it would take itself for one of the least
  // and stay.
  { const std::scoped_lock guard(mutex_); }
  set_current_crew(this, &self.record);
  if (!prepare()) return;
  while (Ref<Job> job = wait_for_job(self)) run(self, job);
}

// Returns: none if this worker is to end.
Ref<Job> ThreadCrew::wait_for_job(Worker& self) {
  const Staffing& staffing = options_.staffing;
  for (;;) {
    const int started = started_.load(std::memory_order_relaxed);
    const bool counts = staffing.idle_time || started < staffing.most;
    const bool may_end = staffing.idle_time && started > staffing.least;
    if (counts) idle_.fetch_add(1, std::memory_order_relaxed);
    Ref<Job> job;
    try {
      job = take(may_end ? Deadline::after(*staffing.idle_time) : Deadline::never());
    } catch (const hilo::queue::ShutDown&) {
      return {};
    }
    if (job) {
      if (counts) {
        idle_.fetch_sub(1, std::memory_order_acq_rel);
        grow();
      }
      return job;
    }
    const std::scoped_lock guard(mutex_);
    const bool ends =
        !shut_down_.load() && started_.load(std::memory_order_relaxed) > staffing.least;
    if (ends) started_.fetch_sub(1, std::memory_order_relaxed);
    // In this order: who sees one less waiting sees one less there.
    idle_.fetch_sub(1, std::memory_order_acq_rel);
    if (!ends) continue;
    job = next(Deadline::poll());
    if (job) {
      started_.fetch_add(1, std::memory_order_relaxed);
      return job;
    }
    self.there = false;
    ready_.fetch_sub(1);
    return {};
  }
}

void ThreadCrew::run(Worker& self, const Ref<Job>& job) {
  if (!job->stoppable()) return self.record.run(*job);
  {
    const std::scoped_lock guard(self.mutex);
    self.stoppable = job.get();
  }
  self.record.run(*job);
  const std::scoped_lock guard(self.mutex);
  self.stoppable = nullptr;
}

Ref<Job> ThreadCrew::take(Deadline deadline) {
  return Ref<Job>::adopt(line_.get<std::optional<Job*>>(deadline).value_or(nullptr));
}

Ref<Job> ThreadCrew::next(Deadline deadline) {
  try {
    return take(deadline);
  } catch (const hilo::queue::ShutDown&) {
    return {};
  }
}

void ThreadCrew::cancel_pending() noexcept {
  while (const Ref<Job> job = next(Deadline::poll())) (void)job->cancel();
}

void ThreadCrew::shutdown(bool cancel) {
  if (inert()) return;
  {
    const std::scoped_lock guard(mutex_);
    shut_down_.store(true);
  }
  tell_news(news_);
  line_.shutdown(false);
  if (cancel) cancel_pending();
}

void ThreadCrew::stop_running(Worker& worker) noexcept {
  const std::scoped_lock guard(worker.mutex);
  if (worker.stoppable != nullptr) worker.stoppable->request_stop();
}

void ThreadCrew::terminate() {
  shutdown(true);
  if (inert()) return;
  const std::scoped_lock guard(mutex_);
  for (const auto& worker : workers_) stop_running(*worker);
}

std::vector<multiprocessing::pool::WorkerStats> ThreadCrew::stats() {
  std::vector<multiprocessing::pool::WorkerStats> all;
  if (inert()) return all;
  const std::scoped_lock guard(mutex_);
  for (const auto& worker : workers_) {
    auto& stats = all.emplace_back();
    if (worker->there) {
      stats.name = worker->thread->name();
      stats.pid = os::process_id();
    }
    worker->record.tell(stats);
  }
  return all;
}

void ThreadCrew::join() {
  if (inert()) return;
  for (std::size_t i = 0;; ++i) {
    std::optional<threading::Thread> thread;
    {
      const std::scoped_lock guard(mutex_);
      if (i == workers_.size()) return;
      thread = workers_[i]->thread;
    }
    if (thread && *thread != threading::current_thread()) thread->join();
  }
}

}  // namespace hilo::detail::futures
