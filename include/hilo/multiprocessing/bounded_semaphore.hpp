// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/family/shared_state.hpp"
#include "hilo/detail/family/sync.hpp"
#include "hilo/detail/sync/acquirable.hpp"

namespace hilo::multiprocessing {

/// A semaphore that processes share, whose permits never become more than it started with. What a
/// dead process held comes back.
///
/// A handle: a copy is the same semaphore, also in another process.
///
/// Python:  multiprocessing.BoundedSemaphore.
class BoundedSemaphore : public detail::sync::Acquirable<BoundedSemaphore>,
                         public detail::family::SharedState<
                             detail::sync::BoundedSemaphore<detail::family::FamilyScope>> {
 public:
  using SharedState::SharedState;
  /// With one permit. Throws: std::system_error if there is no memory.
  BoundedSemaphore() : BoundedSemaphore(1) {}
  /// Throws: ValueError if `value` is negative or above 2^30 - 1; std::system_error if there is no
  ///         memory.
  explicit BoundedSemaphore(std::int64_t value) {
    state().start_with(detail::sync::checked_permits(value));
  }

  /// Gives `count` permits back, the caller's process's own first, and wakes as many waiters.
  ///
  /// Throws: ValueError, with nothing changed, if `count` is below 1 or above what is taken.
  void release(std::int64_t count = 1) const { state().release(count); }

  /// How many permits are left.
  [[nodiscard]] std::int64_t get_value() const { return state().value(); }

 private:
  friend class detail::sync::Acquirable<BoundedSemaphore>;
  bool acquire_until(detail::Deadline deadline) const { return state().acquire(deadline); }
};

}  // namespace hilo::multiprocessing
