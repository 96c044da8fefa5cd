// SPDX-License-Identifier: MIT
#include "threading/timer_schedule.hpp"

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <utility>

#include "os/native_thread.hpp"
#include "os/park.hpp"
#include "os/thread.hpp"
#include "threading/exit.hpp"
#include "threading/thread_record.hpp"

namespace hilo::detail {
namespace {

/// How long its thread stays when it has nothing to wait for.
constexpr std::chrono::seconds k_linger{1};

/// All pending Timers, and the one thread that waits for them. Never destroyed: daemons may use it
/// until the process ends.
class TimerSchedule {
 public:
  static TimerSchedule& get() {
    static auto* const schedule = new TimerSchedule();
    return *schedule;
  }

  void add(ThreadRecord& record);
  bool cancel(const std::shared_ptr<ThreadRecord>& record) noexcept;

 private:
  TimerSchedule() { os::add_fork_hooks(before_fork, after_fork_in_parent, after_fork_in_child); }
  static void before_fork() { get().mutex_.lock(); }
  static void after_fork_in_parent() { get().mutex_.unlock(); }
  static void after_fork_in_child();

  void run();
  /// One whose time has come, taken out, or null.
  std::shared_ptr<ThreadRecord> take_due();
  /// Says in `wakes_at_` until when to sleep. Returns: false if it is time for the thread to end.
  bool plan_sleep();
  /// Lets go of the lock.
  void wake_by(Deadline deadline, std::unique_lock<std::mutex> lock) noexcept;

  std::mutex mutex_;  // guards the rest, and every Alarm; no other lock is taken under it
  PendingTimers pending_;
  bool running_ = false;
  // What the thread sleeps until; poll() while it is awake or none, so that nobody wakes it then.
  Deadline wakes_at_ = Deadline::poll();
  // The word it sleeps on: counts what it must wake up for.
  std::atomic<std::uint32_t> changes_{0};
};

void TimerSchedule::add(ThreadRecord& record) {
  Alarm& alarm = *record.alarm;
  const Deadline deadline = Deadline::after(alarm.interval);
  std::unique_lock lock(mutex_);
  if (alarm.state == Alarm::State::cancelled) {
    lock.unlock();
    end_without_thread(record.self);
    return;
  }
  if (!running_) {
    const auto entry = [](void*) -> void* { return get().run(), nullptr; };
    os::detach_native_thread(os::start_native_thread(entry, nullptr));
    running_ = true;
  }
  alarm.place = pending_.emplace(deadline, &record);
  alarm.state = Alarm::State::pending;
  record.phase.set(ThreadPhase::pending);
  wake_by(deadline, std::move(lock));
}

void TimerSchedule::wake_by(Deadline deadline, std::unique_lock<std::mutex> lock) noexcept {
  if (!Sooner()(deadline, wakes_at_)) return;
  wakes_at_ = deadline;
  ++changes_;
  lock.unlock();
  os::unpark(changes_, 1, os::ParkScope::in_process);
}

bool TimerSchedule::cancel(const std::shared_ptr<ThreadRecord>& record) noexcept {
  PendingTimers::node_type node;  // outlives the guard, to be freed without it
  {
    std::unique_lock lock(mutex_);
    Alarm& alarm = *record->alarm;
    const bool pending = alarm.state == Alarm::State::pending;
    if (!pending && alarm.state != Alarm::State::idle) return false;
    alarm.state = Alarm::State::cancelled;
    if (!pending) return true;
    // The thread sleeps on: to find nothing at that time costs less than to be woken now. Only the
    // last one has it look in a while, when that is sooner, whether it is needed.
    node = pending_.extract(alarm.place);
    if (pending_.empty()) wake_by(Deadline::after(k_linger), std::move(lock));
  }
  end_without_thread(record);
  return true;
}

void fire(const std::shared_ptr<ThreadRecord>& record) noexcept {
  if (program_has_ended()) {
    // A daemon, since all others were waited for. A static object may still join it; what it holds
    // is left to the system, as is what other daemons hold.
    record->runner = nullptr;
    record->reaper.set(ThreadReaper::done);
    record->phase.set(ThreadPhase::finished);
    return;
  }
  try {
    return launch_thread(*record);
  } catch (...) {
    record->error = std::current_exception();
  }
  end_without_thread(record);  // first: the hook may join it
  report_exception(record);
}

std::shared_ptr<ThreadRecord> TimerSchedule::take_due() {
  const auto first = pending_.begin();
  if (first == pending_.end() || !first->first.passed()) return nullptr;
  wakes_at_ = Deadline::poll();
  auto record = first->second->self;
  pending_.erase(first);
  record->alarm->state = Alarm::State::fired;
  record->phase.set(ThreadPhase::starting);
  return record;
}

bool TimerSchedule::plan_sleep() {
  // Woken before its time: that stands, being no later than the first one's.
  if (!wakes_at_.passed()) return true;
  const bool was_busy = !Sooner()(Deadline::poll(), wakes_at_);
  if (!pending_.empty()) {
    wakes_at_ = pending_.begin()->first;
  } else if (was_busy) {
    wakes_at_ = Deadline::after(k_linger);
  } else {
    wakes_at_ = Deadline::poll();
    running_ = false;
  }
  return running_;
}

void TimerSchedule::run() {
  os::set_current_thread_name("hilo timers");
  for (std::unique_lock lock(mutex_);; lock.lock()) {
    if (const auto record = take_due()) {
      lock.unlock();
      fire(record);
    } else if (!plan_sleep()) {
      return;
    } else {
      // relaxed: it changes under the lock only
      const std::uint32_t seen = changes_.load(std::memory_order_relaxed);
      const Deadline deadline = wakes_at_;
      lock.unlock();
      os::park(changes_, seen, deadline, os::ParkScope::in_process);
    }
  }
}

void TimerSchedule::after_fork_in_child() {
  TimerSchedule& schedule = get();
  // They go on in the parent; the registry keeps their records.
  for (const auto& [deadline, record] : schedule.pending_) {
    record->alarm->state = Alarm::State::fired;
  }
  schedule.pending_.clear();
  schedule.running_ = false;
  schedule.wakes_at_ = Deadline::poll();
  schedule.mutex_.unlock();
}

}  // namespace

void set_alarm(ThreadRecord& record) { TimerSchedule::get().add(record); }

bool cancel_alarm(const std::shared_ptr<ThreadRecord>& record) noexcept {
  return TimerSchedule::get().cancel(record);
}

}  // namespace hilo::detail
