// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "hilo/errors.hpp"

namespace hilo::detail {

/// One absolute point on the monotonic clock, in nanoseconds, at which a wait gives up; every wait
/// of the library is one of these from the public call down to the system's.
class Deadline {
 public:
  /// As long as anything takes: it can be added to any moment.
  static constexpr std::chrono::nanoseconds k_longest = std::chrono::hours(24 * 365 * 100);

  /// Waits for ever.
  static constexpr Deadline never() noexcept { return Deadline(k_never); }
  /// Has passed already: the wait only looks.
  static constexpr Deadline poll() noexcept { return Deadline(0); }

  /// `timeout` from now. Zero and less is poll(); beyond the clock's range is never().
  /// Throws: ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  static Deadline after(std::chrono::duration<Rep, Period> timeout) {
    using Seconds = std::chrono::duration<long double>;
    if constexpr (std::is_floating_point_v<Rep>) {
      if (!(timeout.count() <= 0) && !(timeout.count() > 0))
        throw ValueError("hilo: the timeout is not a number");
    }
    if (timeout <= timeout.zero()) return poll();
    const long double nanoseconds = Seconds(timeout).count() * 1e9L;
    const std::int64_t start = now();
    if (nanoseconds >= static_cast<long double>(k_never - start)) return never();
    return Deadline(start + static_cast<std::int64_t>(nanoseconds));
  }

  /// The moment `when` of any clock, read once against that clock.
  template <class Clock, class Duration>
  static Deadline at(std::chrono::time_point<Clock, Duration> when) {
    return after(when - Clock::now());
  }

  [[nodiscard]] constexpr bool is_never() const noexcept { return nanoseconds_ == k_never; }
  [[nodiscard]] bool passed() const noexcept { return !is_never() && nanoseconds_ <= now(); }
  /// On the monotonic clock, the one of std::chrono::steady_clock.
  [[nodiscard]] constexpr std::int64_t nanoseconds() const noexcept { return nanoseconds_; }
  /// The earlier of this and `nanoseconds` from now.
  [[nodiscard]] Deadline sooner(std::int64_t nanoseconds) const noexcept {
    const std::int64_t other = now() + nanoseconds;
    return Deadline(other < nanoseconds_ ? other : nanoseconds_);
  }

  static std::int64_t now() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

 private:
  static constexpr std::int64_t k_never = std::numeric_limits<std::int64_t>::max();
  constexpr explicit Deadline(std::int64_t nanoseconds) noexcept : nanoseconds_(nanoseconds) {}

  std::int64_t nanoseconds_;
};

}  // namespace hilo::detail
