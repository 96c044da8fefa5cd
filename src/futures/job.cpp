// SPDX-License-Identifier: MIT
#include "hilo/detail/futures/job.hpp"

#include "futures/current_crew.hpp"
#include "hilo/errors.hpp"
#include "os/park.hpp"
#include "sync/sleeper.hpp"
#include "trace/trace.hpp"

namespace hilo::detail::futures {
namespace {

constinit thread_local const void* t_crew = nullptr;
constinit thread_local WorkerRecord* t_record = nullptr;

}  // namespace

const void* current_crew() noexcept { return t_crew; }
void set_current_crew(const void* crew, WorkerRecord* record) noexcept {
  t_crew = crew;
  t_record = record;
}
void run_as_worker(Job& job) noexcept {
  if (t_record != nullptr) t_record->run(job);
}
void refuse_vain_wait(const void* crew) {
  if (crew == nullptr || crew != t_crew || t_record != nullptr) return;
  throw RuntimeError(
      "hilo: a callback cannot wait for its own pool of processes: its thread brings the results");
}

Job::~Job() = default;

bool Job::fail(std::exception_ptr error) noexcept {
  if (!move(Phase::running, Phase::ending) && !move(Phase::pending, Phase::ending)) return false;
  error_ = std::move(error);
  return end(Phase::ending, Phase::finished);
}

bool Job::give_up() noexcept {
  return end(Phase::pending, Phase::cancelled) || end(Phase::running, Phase::cancelled);
}

bool Job::cancel() noexcept {
  if (end(Phase::pending, Phase::cancelled)) return true;
  return phase() == Phase::cancelled || cancel_running();
}

bool Job::wait(Deadline deadline) {
  if (done()) return true;
  if (crew_ != nullptr && crew_ == t_crew) {
    run_as_worker(*this);
    if (done()) return true;
  }
  if (deadline.passed()) return false;
  refuse_vain_wait(crew_);
  if (sync::spin([this] { return done(); })) return true;
  trace::Wait traced("Future.result");
  traced.sleeps();
  for (;;) {
    std::uint32_t seen = word_.load(std::memory_order_acquire);
    if (phase_of(seen) >= Phase::cancelled) return true;
    // relaxed: park() compares the word again.
    if ((seen & k_sleepers) == 0 &&
        !word_.compare_exchange_strong(seen, seen | k_sleepers, std::memory_order_relaxed)) {
      continue;
    }
    if (os::park(word_, seen | k_sleepers, deadline, os::ParkScope::in_process) ==
        os::ParkResult::timed_out) {
      return done();
    }
  }
}

void Job::settle(Deadline deadline) {
  if (!wait(deadline)) throw TimeoutError("hilo: there is no result yet");
  if (phase() == Phase::cancelled) throw CancelledError("hilo: the task was cancelled");
  if (error_) std::rethrow_exception(error_);
}

bool Job::listen(Listener& listener) {
  const queue::Guard guard(lock_);
  if (done()) return false;
  listener.next_ = nullptr;
  (last_ != nullptr ? last_->next_ : first_) = &listener;
  last_ = &listener;
  const std::uint32_t before = word_.fetch_or(k_listeners, std::memory_order_acq_rel);
  if (phase_of(before) < Phase::cancelled || (before & k_listeners) != 0) return true;
  // It ended since, and whoever ended it saw no listeners.
  first_ = last_ = nullptr;
  return false;
}

bool Job::unlisten(Listener& listener) noexcept {
  const queue::Guard guard(lock_);
  Listener* before = nullptr;
  for (Listener* at = first_; at != nullptr; before = at, at = at->next_) {
    if (at != &listener) continue;
    (before != nullptr ? before->next_ : first_) = at->next_;
    if (last_ == at) last_ = before;
    return true;
  }
  return false;
}

// Whoever ends a job holds it.
void Job::tell(std::uint32_t before) noexcept {
  if ((before & k_sleepers) != 0) {
    os::unpark(word_, os::k_everybody, os::ParkScope::in_process);
  }
  if ((before & k_listeners) != 0) {
    for (;;) {
      Listener* first = nullptr;
      {
        const queue::Guard guard(lock_);
        first = first_;
        if (first == nullptr) break;
        first_ = first->next_;
        if (first_ == nullptr) last_ = nullptr;
      }
      first->job_done(*this);
    }
  }
}

}  // namespace hilo::detail::futures
