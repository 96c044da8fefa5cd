// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "hilo/detail/thread_work.hpp"
#include "hilo/threading/thread.hpp"
#include "os/native_thread.hpp"
#include "threading/stage.hpp"

namespace hilo::detail {

enum class ThreadPhase : std::uint32_t {
  created,
  pending,   // a Timer was started and its time has not come
  starting,  // from the call of start() to the thread's first step
  running,   // `native_id` is known
  finished   // run() is over: what it came to is known
};

/// Who waits for the system's thread; that may be done once only.
enum class ThreadReaper : std::uint32_t {
  unknown,  // start() has not got the system's handle yet
  nobody,
  somebody,  // is waiting for it at this moment
  done       // it is gone, or it is not ours to wait for
};

/// What a daemon does when the program ends: daemon.hpp.
enum class DaemonEnd : std::uint32_t { stands_still, goes_on };

struct Alarm;

enum class ThreadKind { ours, main, foreign };

/// What all handles of one thread share.
struct ThreadRecord {
  ThreadRecord(ThreadKind kind_, std::string name_, bool daemon_) noexcept
      : kind(kind_), name(std::move(name_)), daemon(daemon_) {}

  const ThreadKind kind;
  std::uint64_t number = 0;  // guarded by the registry: the N of "Thread-N", none once named
  std::string name;          // guarded by the registry
  std::atomic<bool> daemon;

  Stage<ThreadPhase> phase{ThreadPhase::created};
  Stage<ThreadReaper> reaper{ThreadReaper::unknown};
  Stage<DaemonEnd> at_end{DaemonEnd::stands_still};
  std::atomic<std::uint64_t> native_id{0};
  os::NativeThread native;  // written before `reaper` leaves `unknown`

  std::shared_ptr<Alarm> alarm;         // a Timer's
  std::unique_ptr<ThreadWork> work;     // none for a subclass
  std::exception_ptr error;             // what left run(); written before `finished`
  std::atomic<bool> handed_out{false};  // the value, which cannot be copied: to one caller only
  bool vanished = false;                // a forked child has this thread's record, not the thread

  /// The subclass object whose run() is under way; its destructor looks here.
  std::atomic<threading::Thread*> runner{nullptr};
  std::shared_ptr<threading::Thread> runner_owner;

  const ThreadRecord* waits_for = nullptr;  // whom it joins at this moment; guarded by the registry

  std::shared_ptr<ThreadRecord> self;                        // while the thread lives
  std::list<std::shared_ptr<ThreadRecord>>::iterator place;  // in the registry's list

  [[nodiscard]] bool is_alive() const noexcept {
    const ThreadPhase now = phase.get();
    return now != ThreadPhase::created && now != ThreadPhase::finished;
  }
};

/// Waits for the end of the thread and gives its resources back.
/// Returns: false if the deadline passed first. Throws: RuntimeError before the start.
bool join_thread(ThreadRecord& record, Deadline deadline);

/// Starts `record`; `subclass` is the object whose run() is to be called, null for the work.
void start_thread(const std::shared_ptr<ThreadRecord>& record, threading::Thread* subclass);

/// Starts the system's thread of a record that is listed. Throws: std::system_error.
void launch_thread(ThreadRecord& record);

/// Ends a record that is listed and has no thread of the system.
void end_without_thread(const std::shared_ptr<ThreadRecord>& record) noexcept;

/// Tells the excepthook what left a thread, or kept it from being: its `error`.
void report_exception(const std::shared_ptr<ThreadRecord>& record);

[[nodiscard]] std::string thread_name(const ThreadRecord& record);
void set_thread_name(ThreadRecord& record, std::string name);

/// Between a handle and its record.
struct ThreadAccess {
  static threading::Thread handle(std::shared_ptr<ThreadRecord> record) noexcept {
    return threading::Thread(std::move(record));
  }
  static const std::shared_ptr<ThreadRecord>& record(const threading::Thread& thread) noexcept {
    return thread.record_;
  }
};

}  // namespace hilo::detail
