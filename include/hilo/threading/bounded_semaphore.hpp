// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/sync/acquirable.hpp"
#include "hilo/detail/sync/bounded_semaphore.hpp"

namespace hilo::threading {

/// A semaphore whose permits never become more than it started with.
///
/// Python:  threading.BoundedSemaphore.
class BoundedSemaphore : public detail::sync::Acquirable<BoundedSemaphore> {
 public:
  /// With one permit.
  BoundedSemaphore() : BoundedSemaphore(1) {}
  /// Throws: ValueError if `value` is negative or above 2^30 - 1.
  explicit BoundedSemaphore(std::int64_t value) {
    semaphore_.start_with(detail::sync::checked_permits(value));
  }
  BoundedSemaphore(const BoundedSemaphore&) = delete;
  BoundedSemaphore& operator=(const BoundedSemaphore&) = delete;

  /// Gives `count` permits back and wakes as many waiters.
  ///
  /// Throws: ValueError, with nothing changed, if `count` is below 1 or above what is taken.
  void release(std::int64_t count = 1) const { semaphore_.release(count); }

  /// How many permits are left.
  [[nodiscard]] std::int64_t get_value() const noexcept { return semaphore_.value(); }

 private:
  friend class detail::sync::Acquirable<BoundedSemaphore>;
  bool acquire_until(detail::Deadline deadline) const { return semaphore_.acquire(deadline); }

  mutable detail::sync::BoundedSemaphore<detail::sync::ThreadScope> semaphore_{};
};

}  // namespace hilo::threading
