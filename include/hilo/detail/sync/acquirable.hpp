// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>

#include "hilo/detail/deadline.hpp"

namespace hilo::detail::sync {

/// What all that can be acquired and released offers: Python's names and the standard's, so that
/// std::scoped_lock, std::unique_lock, std::lock and std::condition_variable_any take it. `Self`
/// has `bool acquire_until(Deadline) const` and `void release() const`: to take a lock changes no
/// value.
///
/// Throws:    what Self's acquire_until throws; ValueError for a timeout that is not a number.
/// Safe from: any thread; not from a signal handler.
template <class Self>
class Acquirable {
 public:
  /// Waits until it is the caller's, or only looks.
  ///
  /// Returns: true if it now is the caller's.
  /// Python:  acquire(blocking=True).
  template <std::same_as<bool> Blocking = bool>
  bool acquire(Blocking blocking = true) const {
    return self().acquire_until(blocking ? Deadline::never() : Deadline::poll());
  }

  /// Waits at most `timeout`, on the monotonic clock; only looks if that is zero or less.
  ///
  /// Returns: true if it now is the caller's.
  /// Python:  acquire(timeout=seconds); differs: a negative timeout is no error, and not for ever.
  template <class Rep, class Period>
  [[nodiscard]] bool acquire(std::chrono::duration<Rep, Period> timeout) const {
    return self().acquire_until(Deadline::after(timeout));
  }

  void lock() const { (void)self().acquire_until(Deadline::never()); }
  [[nodiscard]] bool try_lock() const { return self().acquire_until(Deadline::poll()); }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> timeout) const {
    return self().acquire_until(Deadline::after(timeout));
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> when) const {
    return self().acquire_until(Deadline::at(when));
  }
  void unlock() const { self().release(); }

 protected:
  Acquirable() = default;
  ~Acquirable() = default;

 private:
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

}  // namespace hilo::detail::sync
