// SPDX-License-Identifier: MIT
#include "threading/thread_record.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <mutex>
#include <system_error>

#include "hilo/errors.hpp"
#include "hilo/threading/stack_size.hpp"
#include "os/thread.hpp"
#include "threading/current.hpp"
#include "threading/daemon.hpp"
#include "threading/exception_text.hpp"
#include "threading/exit.hpp"
#include "threading/registry.hpp"
#include "threading/target_name.hpp"
#include "threading/timer_schedule.hpp"
#include "trace/trace.hpp"

namespace hilo::detail {
namespace {

/// After the program's end only a daemon finishes, and nobody looks for it any more: asked by the
/// thread itself, and by who launched it, as one of the two comes last.
void let_go_after_the_end(ThreadRecord& record) {
  if (!program_has_ended() || record.phase.get() != ThreadPhase::finished) return;
  if (!record.reaper.move(ThreadReaper::nobody, ThreadReaper::done)) return;
  os::detach_native_thread(record.native);
  ThreadRegistry::get().forget(record);
}

/// The last steps of run(), also when pthread_exit() unwinds it.
struct Finish {
  ThreadRecord& record;

  ~Finish() {
    // Before the owner goes: the object's destructor asks whether its run() is under way.
    record.runner.store(nullptr, std::memory_order_release);
    record.runner_owner.reset();
    ThreadRegistry::get().finish(record);
    record.phase.set(ThreadPhase::finished);
    let_go_after_the_end(record);
  }
};

/// A thread's life in a trace.
class TracedLife {
 public:
  explicit TracedLife(const ThreadRecord& record) : traced_(trace::on()) {
    if (!traced_) return;
    const std::string name = thread_name(record);
    trace::name_thread(name);
    trace::begin("thread", name);
  }
  ~TracedLife() {
    if (traced_) trace::end();
  }
  TracedLife(const TracedLife&) = delete;
  TracedLife& operator=(const TracedLife&) = delete;

 private:
  const bool traced_;
};

void run_target(ThreadRecord& record) {
  try {
    if (auto* const subclass = record.runner.load()) {
      subclass->run();
    } else {
      record.work->run();
    }
  } catch (const abi::__forced_unwind&) {
    throw;  // pthread_exit() and cancellation must not be stopped
  } catch (...) {
    record.error = std::current_exception();
  }
  if (record.error) report_exception(record.self);
}

/// Under the registry's lock, as set_thread_name(): the later of the two has the last word.
void announce(ThreadRecord& record) {
  const std::scoped_lock guard(ThreadRegistry::get().mutex);
  // Not by the function's name: looking for that costs as much as the start.
  os::set_current_thread_name(record.number != 0 ? fmt::format("Thread-{}", record.number)
                                                 : record.name);
  record.native_id = os::native_thread_id();
  record.phase.set(ThreadPhase::running);
}

/// Not noexcept: pthread_exit() and cancellation unwind through it.
void* thread_entry(void* raw) {
  auto& record = *static_cast<ThreadRecord*>(raw);
  set_current_record(record.self);
  const Finish finish{record};
  announce(record);
  const TracedLife life(record);
  run_target(record);
  // Nobody but a fork can have waited for a thread that runs: here it is a child's main thread, and
  // its end is the child's, whatever other threads do.
  if (record.reaper.get() == ThreadReaper::done) std::exit(0);
  return nullptr;
}

constexpr std::int64_t k_look_again = 50'000'000;  // nanoseconds

/// The program's end: no thread of ours that is not a daemon goes on.
void join_all() {
  // Who waits for the main thread to end may go on: it comes no further than this.
  if (os::is_main_thread()) current_record()->phase.set(ThreadPhase::finished);
  ThreadRecord* const current = known_current_record();
  // A thread of ours that calls exit() never ends: who joins it, now or later, is not waited for.
  const bool looks_again = current != nullptr && current->kind == ThreadKind::ours;
  while (auto record = ThreadRegistry::get().next_to_join(current)) {
    join_thread(*record, looks_again ? Deadline::never().sooner(k_look_again) : Deadline::never());
  }
}

/// Says for its lifetime that `joiner` waits for `target`. The main thread need not: the program's
/// end does not wait for it.
class Waiting {
 public:
  Waiting(ThreadRecord* joiner, const ThreadRecord& target)
      : joiner_(joiner != nullptr && joiner->kind == ThreadKind::ours ? joiner : nullptr) {
    set(&target);
  }
  ~Waiting() { set(nullptr); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  void set(const ThreadRecord* target) {
    if (joiner_ == nullptr) return;
    const std::scoped_lock guard(ThreadRegistry::get().mutex);
    joiner_->waits_for = target;
  }

  ThreadRecord* const joiner_;
};

void reap(ThreadRecord& record) noexcept {
  os::join_native_thread(record.native);
  ThreadRegistry::get().forget(record);
  record.reaper.set(ThreadReaper::done);
}

}  // namespace

void start_thread(const std::shared_ptr<ThreadRecord>& record, threading::Thread* subclass) {
  stand_still_if_daemon();
  if (program_has_ended()) {
    throw RuntimeError("hilo: a thread cannot be started when the program has ended");
  }
  if (record->kind != ThreadKind::ours ||
      !record->phase.move(ThreadPhase::created, ThreadPhase::starting)) {
    throw RuntimeError(fmt::format("hilo: {} can be started once only", thread_name(*record)));
  }
  auto& registry = ThreadRegistry::get();
  bool listed = false;
  try {
    at_program_end(EndPhase::threads, join_all);
    registry.sweep();
    record->self = record;
    if (subclass != nullptr) record->runner_owner = subclass->weak_from_this().lock();
    record->runner = subclass;
    registry.add(record);
    listed = true;
    if (record->alarm) {
      set_alarm(*record);
    } else {
      launch_thread(*record);
    }
  } catch (...) {
    if (listed) registry.remove(*record);
    record->runner = nullptr;
    record->runner_owner.reset();
    record->self.reset();
    record->phase.set(ThreadPhase::created);
    throw;
  }
}

void launch_thread(ThreadRecord& record) {
  record.native = os::start_native_thread(thread_entry, &record, threading::stack_size());
  record.reaper.set(ThreadReaper::nobody);
  let_go_after_the_end(record);
}

void end_without_thread(const std::shared_ptr<ThreadRecord>& record) noexcept {
  record->runner.store(nullptr, std::memory_order_release);
  record->runner_owner.reset();
  record->reaper.set(ThreadReaper::done);
  record->phase.set(ThreadPhase::finished);
  ThreadRegistry::get().remove(*record);
  record->self.reset();
}

bool join_thread(ThreadRecord& record, Deadline deadline) {
  ThreadRecord* const current = known_current_record();
  if (&record == current || (record.kind == ThreadKind::main && os::is_main_thread())) {
    throw RuntimeError(fmt::format("hilo: {} cannot join itself", thread_name(record)));
  }
  const Waiting waiting(current, record);
  let_go_on(record);
  trace::Wait traced("Thread.join");
  if (record.phase.get() != ThreadPhase::finished) traced.sleeps();
  // Without a time limit the system's own wait does it all.
  if (deadline.is_never() && record.reaper.move(ThreadReaper::nobody, ThreadReaper::somebody)) {
    reap(record);
    return true;
  }
  for (auto phase = record.phase.get(); phase != ThreadPhase::finished;
       phase = record.phase.get()) {
    if (phase == ThreadPhase::created) {
      throw RuntimeError(
          fmt::format("hilo: {} cannot be joined before it is started", thread_name(record)));
    }
    if (!record.phase.wait_while(phase, deadline)) return false;
  }
  for (auto reaper = record.reaper.get(); reaper != ThreadReaper::done;
       reaper = record.reaper.get()) {
    if (reaper == ThreadReaper::nobody) {
      if (!record.reaper.move(ThreadReaper::nobody, ThreadReaper::somebody)) continue;
      reap(record);
      return true;
    }
    if (!record.reaper.wait_while(reaper, deadline)) return false;
  }
  return true;
}

std::string thread_name(const ThreadRecord& record) {
  std::uint64_t number = 0;
  {
    const std::scoped_lock guard(ThreadRegistry::get().mutex);
    number = record.number;
    if (number == 0) return record.name;
  }
  const std::string target = record.work ? target_name(record.work->named_after) : "";
  return target.empty() ? fmt::format("Thread-{}", number)
                        : fmt::format("Thread-{} ({})", number, target);
}

void set_thread_name(ThreadRecord& record, std::string name) {
  const std::scoped_lock guard(ThreadRegistry::get().mutex);
  record.name = std::move(name);
  record.number = 0;
  if (record.phase.get() == ThreadPhase::running)
    os::set_thread_name(record.native_id, record.name);
}

}  // namespace hilo::detail
