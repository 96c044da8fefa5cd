// SPDX-License-Identifier: MIT
#include "hilo/detail/pool/process_crew.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "futures/forks.hpp"
#include "futures/news.hpp"
#include "heap/loose.hpp"
#include "hilo/errors.hpp"
#include "hilo/os.hpp"
#include "hilo/threading/functions.hpp"
#include "multiprocessing/pool/owner.hpp"
#include "os/process_memory.hpp"
#include "threading/target_name.hpp"

namespace hilo::detail::pool {

using multiprocessing::StartMethod;

namespace {

/// Each has a lane, which is memory of the family's from the start.
constexpr int k_most_workers = 4096;

}  // namespace

futures::Staffing process_staffing(std::optional<int> most, std::optional<int> least,
                                   std::optional<std::chrono::nanoseconds> idle_time) {
  const int count = most ? *most : os::process_cpu_count();
  if (count > k_most_workers) {
    throw ValueError(fmt::format("hilo: a pool has no more than {} processes", k_most_workers));
  }
  return futures::make_staffing(count, least, idle_time, count);
}

ProcessCrew::Owner::Owner(ProcessCrewOptions options)
    : options_(std::move(options)), generation_(futures::fork_generation()) {
  (void)futures::make_attempts(options_.limits);  // or it would be the first task that says so
  if (options_.memory_limit == 0) throw ValueError("hilo: a worker needs some memory");
  if (options_.most_tasks && *options_.most_tasks < 1) {
    throw ValueError("hilo: a worker does at least one task");
  }
  const auto workers = static_cast<std::size_t>(options_.staffing.most);
  board_ = family::ObjectRef::create(Board::size_for(workers));
  family::expect_loose_blocks(board_.offset());
  for (std::size_t i = 0; i < workers; ++i) {
    hands_.push_back(std::make_unique<Hand>());
    hands_.back()->lane = &board().lanes[i];
  }
  auto [bell, rope] = multiprocessing::Pipe({.duplex = false});
  bell_.emplace(std::move(bell));
  bell_rope_.emplace(std::move(rope));
}

ProcessCrew::Owner::~Owner() = default;

void ProcessCrew::Owner::start_all() {
  const StartMethod method =
      options_.method ? *options_.method : multiprocessing::get_start_method();
  if (method == StartMethod::fork) nursery_ = ForkServer::nursery();
  least_ = options_.staffing.least;
  vacant_ = hands_.size();
  for (int i = 0; i < least_; ++i) start_worker(*hands_[static_cast<std::size_t>(i)]);
}

void ProcessCrew::Owner::shutdown(bool cancel_pending) {
  if (inert()) return;
  std::vector<RemoteTask*> cancelled;
  {
    const Guard guard(mutex_);
    shut_down_.store(true);
    if (cancel_pending) cancelled = take_unbegun(guard);
  }
  futures::tell_news(news_);
  ring();
  for (RemoteTask* const task : cancelled) {
    (void)task->job().give_up();
    task->job().drop();
  }
}

// What stands in the line, and in the lanes behind what runs.
std::vector<RemoteTask*> ProcessCrew::Owner::take_unbegun(const Guard&) {
  std::vector<RemoteTask*> all;
  for (const auto& hand : hands_) {
    for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
      RemoteTask*& task = hand->given_at(at).task;
      std::uint32_t posted = k_posted;
      if (task != nullptr && hand->slot(at).state.compare_exchange_strong(posted, k_revoked)) {
        all.push_back(std::exchange(task, nullptr));
      }
    }
  }
  for (const Entry& entry : line_) all.push_back(entry.task);
  line_.clear();
  return all;
}

void ProcessCrew::Owner::terminate(Ending ending) {
  if (inert()) return;
  std::vector<RemoteTask*> all;
  {
    const Guard guard(mutex_);
    shut_down_.store(true);
    terminated_ = true;
    all = take_all(guard, ending);
  }
  futures::tell_news(news_);
  ring();
  for (RemoteTask* const task : all) {
    (void)task->job().give_up();
    task->job().drop();
  }
}

// What it has not ended, with those who are at it.
std::vector<RemoteTask*> ProcessCrew::Owner::take_all(const Guard& guard, Ending ending) noexcept {
  std::vector<RemoteTask*> all;
  all.reserve(line_.size());
  for (const Entry& entry : line_) all.push_back(entry.task);
  line_.clear();
  for (const auto& hand : hands_) {
    for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
      if (RemoteTask* const task = std::exchange(hand->given_at(at).task, nullptr)) {
        all.push_back(task);
      }
    }
    dismiss(guard, *hand, ending);
  }
  return all;
}

void ProcessCrew::Owner::join() {
  if (inert() || !keeper || *keeper == threading::current_thread()) return;
  keeper->join();
}

std::vector<multiprocessing::pool::WorkerStats> ProcessCrew::Owner::stats() {
  std::vector<multiprocessing::pool::WorkerStats> all;
  if (inert()) return all;
  const Guard guard(mutex_);
  for (const auto& hand : hands_) {
    auto& worker = all.emplace_back();
    worker.done = hand->done;
    worker.failed = hand->failed;
    if (!hand->process) continue;
    worker.name = hand->identity->name;
    worker.pid = hand->identity->pid;
    worker.memory = os::own_memory(worker.pid);
    for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
      const RemoteTask* const task = hand->given_at(at).task;
      if (task == nullptr) continue;
      // acquire: the time was written before.
      if ((hand->slot(at).state.load(std::memory_order_acquire) & ~k_waited) != k_running) {
        ++worker.pending;
        continue;
      }
      worker.task = target_name(task->named_after());
      worker.since = std::chrono::steady_clock::time_point(
          std::chrono::nanoseconds(hand->slot(at).begun.load(std::memory_order_relaxed)));
    }
  }
  return all;
}

ProcessCrew::ProcessCrew(std::shared_ptr<Owner> owner) noexcept : owner_(std::move(owner)) {}

ProcessCrew::~ProcessCrew() = default;

std::shared_ptr<ProcessCrew> ProcessCrew::start(ProcessCrewOptions options) {
  auto owner = std::make_shared<Owner>(std::move(options));
  try {
    owner->start_all();
  } catch (...) {
    owner->terminate();
    throw;
  }
  owner->keeper.emplace(threading::ThreadOptions{.name = "PoolKeeper", .daemon = true},
                        [owner] { owner->keep(); });
  owner->keeper->start();
  return std::shared_ptr<ProcessCrew>(new ProcessCrew(std::move(owner)));
}

int ProcessCrew::size() const noexcept { return owner_->size(); }
const void* ProcessCrew::identity() const noexcept { return owner_.get(); }

void ProcessCrew::submit_task(RemoteTask& task) {
  if (inert()) {
    throw RuntimeError(
        "hilo: this pool's workers are in the process that this one was forked from");
  }
  task.set_crew(shared_from_this());
  task.job().set_crew(identity());
  owner_->limit(task);
  owner_->submit(task);
}

void ProcessCrew::run_task(RemoteTask& task) {
  if (inert()) {
    throw RuntimeError(
        "hilo: this pool's workers are in the process that this one was forked from");
  }
  futures::refuse_vain_wait(identity());
  owner_->limit(task);
  // Who sees to limits is the keeper, and it sees to what is submitted.
  if (task.attempts() == nullptr) return owner_->run(task);
  submit_task(task);
  (void)task.job().wait(Deadline::never());
}

bool ProcessCrew::ensure_started(Deadline deadline) { return owner_->ensure_started(deadline); }
void ProcessCrew::shutdown(bool cancel_pending) { owner_->shutdown(cancel_pending); }
void ProcessCrew::terminate(Ending ending) { owner_->terminate(ending); }
void ProcessCrew::join() { owner_->join(); }
bool ProcessCrew::inert() const noexcept { return owner_->inert(); }
bool ProcessCrew::is_shut_down() const noexcept { return owner_->is_shut_down(); }
std::vector<multiprocessing::pool::WorkerStats> ProcessCrew::stats() const {
  return owner_->stats();
}
bool ProcessCrew::cancel(RemoteTask& task) noexcept { return owner_->cancel(task); }

}  // namespace hilo::detail::pool
