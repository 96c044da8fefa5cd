// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/family/shared_state.hpp"
#include "hilo/detail/family/sync.hpp"
#include "hilo/detail/sync/acquirable.hpp"

namespace hilo::multiprocessing {

/// A number of permits that processes share, to acquire and release by whichever of them. A killed
/// holder's permit is lost; BoundedSemaphore gives it back.
///
/// A handle: a copy is the same semaphore, also in another process.
///
/// Python:  multiprocessing.Semaphore.
class Semaphore
    : public detail::sync::Acquirable<Semaphore>,
      public detail::family::SharedState<detail::sync::Semaphore<detail::family::FamilyScope>> {
 public:
  using SharedState::SharedState;
  /// With one permit. Throws: std::system_error if there is no memory.
  Semaphore() : Semaphore(1) {}
  /// Throws: ValueError if `value` is negative or above 2^30 - 1; std::system_error if there is no
  ///         memory.
  explicit Semaphore(std::int64_t value) {
    state().start_with(detail::sync::checked_permits(value));
  }

  /// Gives `count` permits and wakes as many waiters.
  ///
  /// Throws: ValueError if `count` is below 1, or there would be more than 2^30 - 1.
  void release(std::int64_t count = 1) const { state().release(count); }

  /// How many permits are left.
  [[nodiscard]] std::int64_t get_value() const noexcept { return state().value(); }

 private:
  friend class detail::sync::Acquirable<Semaphore>;
  bool acquire_until(detail::Deadline deadline) const { return state().acquire(deadline); }
};

}  // namespace hilo::multiprocessing
