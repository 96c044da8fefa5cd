// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/futures/task_options.hpp"

namespace hilo::detail::futures {

class Job;

/// A task's limits, and how much of them is used up; most tasks have none.
class HILO_EXPORT Attempts {
 public:
  /// Throws: ValueError if the options make no sense.
  explicit Attempts(hilo::futures::TaskOptions options);

  [[nodiscard]] const hilo::futures::TaskOptions& options() const noexcept { return options_; }
  /// Whether it is to be tried again after `error`; counts it.
  [[nodiscard]] bool again_after(const std::exception_ptr& error);
  [[nodiscard]] bool has_more() const noexcept { return options_.retries > 0; }

 private:
  hilo::futures::TaskOptions options_;
};

/// Empty if the options ask for nothing.
[[nodiscard]] HILO_EXPORT std::unique_ptr<Attempts> make_attempts(
    hilo::futures::TaskOptions options);

/// While it lives and `timeout` is not over; then the job ends with TimeoutError, and is asked to
/// stop.
class HILO_EXPORT TimeLimit {
 public:
  TimeLimit(Job& job, const Attempts* attempts);
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  struct Alarm;
  std::unique_ptr<Alarm> alarm_;
};

}  // namespace hilo::detail::futures
