// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <memory>

#include "hilo/detail/deadline.hpp"

namespace hilo::detail {

struct ThreadRecord;

struct Sooner {
  bool operator()(Deadline left, Deadline right) const noexcept {
    return left.nanoseconds() < right.nanoseconds();
  }
};

/// The Timers whose time has not come; of those with the same, the one started first stands first.
using PendingTimers = std::multimap<Deadline, ThreadRecord*, Sooner>;

/// What a Timer has beside what each thread has.
struct Alarm {
  enum class State { idle, pending, cancelled, fired };

  explicit Alarm(std::chrono::duration<double> interval_) noexcept : interval(interval_) {}

  const std::chrono::duration<double> interval;
  // Guarded by the schedule.
  State state = State::idle;
  PendingTimers::iterator place;  // while pending
};

/// Has the record's thread started when its alarm's interval is over; ends it at once if that was
/// cancelled. The record is listed. Throws: std::system_error if the system refuses the one thread
/// that waits for all timers, where none is there.
void set_alarm(ThreadRecord& record);

/// Returns: whether this call keeps the thread from being started.
bool cancel_alarm(const std::shared_ptr<ThreadRecord>& record) noexcept;

}  // namespace hilo::detail
