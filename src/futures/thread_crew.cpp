// SPDX-License-Identifier: MIT
#include "hilo/detail/futures/thread_crew.hpp"

#include <fmt/format.h>

#include <utility>

#include "futures/current_crew.hpp"
#include "futures/forks.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail::futures {

std::shared_ptr<ThreadCrew> ThreadCrew::start(CrewOptions options) {
  if (options.most < 1) throw ValueError("hilo: a pool needs at least one worker");
  if (options.most_pending < 0) throw ValueError("hilo: a line cannot be shorter than nothing");
  const bool start_all = options.start_all;
  auto crew = std::make_shared<ThreadCrew>(std::move(options));
  try {
    while (start_all && crew->started_.load() < crew->options_.most) crew->start_worker();
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

void ThreadCrew::submit(Ref<Job> job) {
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
    return raw->run();  // a worker that waited for room might wait for itself
  }
  // relaxed: one thread too many or too late is no harm.
  if (started_.load(std::memory_order_relaxed) < options_.most &&
      line_.size() > idle_.load(std::memory_order_relaxed)) {
    start_worker();
  }
}

void ThreadCrew::start_worker() {
  const std::scoped_lock guard(mutex_);
  const int number = started_.load(std::memory_order_relaxed);
  if (number >= options_.most || shut_down_.load()) return;
  auto worker = std::make_unique<Worker>();
  Worker& self = *worker;
  worker->thread.emplace(
      threading::ThreadOptions{.name = fmt::format("{}_{}", options_.prefix, number),
                               .daemon = true},
      [crew = shared_from_this(), &self] { crew->work(self); });
  workers_.reserve(workers_.size() + 1);
  try {
    worker->thread->start();
  } catch (const std::system_error&) {
    if (number == 0) throw;
    return;  // the others will do
  }
  workers_.push_back(std::move(worker));
  started_.store(number + 1, std::memory_order_relaxed);
}

bool ThreadCrew::prepare() noexcept {
  if (!options_.initializer) return true;
  try {
    options_.initializer();
    return true;
  } catch (...) {
    const std::scoped_lock guard(mutex_);
    if (!error_) {
      error_ = std::make_exception_ptr(BrokenThreadPool(
          fmt::format("hilo: the pool's initializer failed: {}", describe_current_exception())));
      broken_.store(true);
    }
  }
  line_.shutdown(false);
  for (Ref<Job> job = next(Deadline::poll()); job; job = next(Deadline::poll())) job->fail(error_);
  return false;
}

void ThreadCrew::work(Worker& self) noexcept {
  set_current_crew(this);
  if (!prepare()) return;
  for (;;) {
    const bool counts = started_.load(std::memory_order_relaxed) < options_.most;
    if (counts) idle_.fetch_add(1, std::memory_order_relaxed);
    Ref<Job> job = next(Deadline::never());
    if (counts) idle_.fetch_sub(1, std::memory_order_relaxed);
    if (!job) return;
    run(self, std::move(job));
  }
}

void ThreadCrew::run(Worker& self, Ref<Job> job) {
  if (!job->stoppable()) return job->run();
  {
    const std::scoped_lock guard(self.mutex);
    self.stoppable = job.get();
  }
  job->run();
  const std::scoped_lock guard(self.mutex);
  self.stoppable = nullptr;
}

Ref<Job> ThreadCrew::next(Deadline deadline) {
  try {
    return Ref<Job>::adopt(line_.get<std::optional<Job*>>(deadline).value_or(nullptr));
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

void ThreadCrew::join() {
  if (inert()) return;
  for (std::size_t i = 0;; ++i) {
    std::optional<threading::Thread> thread;
    {
      const std::scoped_lock guard(mutex_);
      if (i == workers_.size()) return;
      thread = workers_[i]->thread;
    }
    if (*thread != threading::current_thread()) thread->join();
  }
}

}  // namespace hilo::detail::futures
