// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/sync/acquirable.hpp"
#include "hilo/detail/sync/semaphore.hpp"

namespace hilo::threading {

/// A number of permits to acquire and release, by whichever thread.
///
/// Python:  threading.Semaphore.
///
///     hilo::threading::Semaphore free(3);
///     { std::scoped_lock guard(free); use_one_of_three(); }
class Semaphore : public detail::sync::Acquirable<Semaphore> {
 public:
  /// With one permit.
  Semaphore() : Semaphore(1) {}
  /// Throws: ValueError if `value` is negative or above 2^30 - 1.
  explicit Semaphore(std::int64_t value) {
    semaphore_.start_with(detail::sync::checked_permits(value));
  }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Gives `count` permits and wakes as many waiters.
  ///
  /// Throws: ValueError if `count` is below 1, or there would be more than 2^30 - 1.
  void release(std::int64_t count = 1) const { semaphore_.release(count); }

  /// How many permits are left.
  [[nodiscard]] std::int64_t get_value() const noexcept { return semaphore_.value(); }

 private:
  friend class detail::sync::Acquirable<Semaphore>;
  bool acquire_until(detail::Deadline deadline) const { return semaphore_.acquire(deadline); }

  mutable detail::sync::Semaphore<detail::sync::ThreadScope> semaphore_{};
};

}  // namespace hilo::threading
