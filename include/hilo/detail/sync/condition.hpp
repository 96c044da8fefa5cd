// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/lock.hpp"
#include "hilo/detail/sync/rlock.hpp"
#include "hilo/detail/sync/slots.hpp"

namespace hilo::detail::sync {

/// Waits and notifications over a lock, which the caller passes: always the same one. Each waiter
/// sleeps on a slot of its own, so a notification goes to whom it is meant for. Valid when zeroed.
template <class Scope>
class Condition {
 public:
  /// Gives `lock` up, waits for a notification, takes the lock again.
  ///
  /// Blocks:  until notified or `deadline` passes, then until the lock is free.
  /// Returns: true if it was notified.
  /// Throws:  RuntimeError if the caller does not hold the lock; OwnerDiedError, with the lock held
  ///          but inconsistent, if a holder died meanwhile.
  template <class SomeLock>
  bool wait(SomeLock& lock, Deadline deadline);

  /// Wakes the `count` longest waiters that live. Waits for nobody.
  /// Throws: RuntimeError if the caller does not hold the lock.
  template <class SomeLock>
  void notify(SomeLock& lock, std::int64_t count);

  template <class SomeLock>
  void notify_all(SomeLock& lock);

  /// How many wait, the dead not counted.
  [[nodiscard]] std::uint32_t waiters();

  /// When nobody uses it any more.
  void destroy() noexcept { slots_.destroy(); }

 private:
  struct Slot {
    std::atomic<std::uint32_t> state;   ///< 0 if free, else a flag and the waiter's process
    std::atomic<std::uint32_t> ticket;  ///< its place in the queue; written before `state`
  };
  static constexpr std::uint32_t k_waiting = 1U << 31;
  static constexpr std::uint32_t k_notified = 1U << 30;
  static constexpr std::uint32_t k_flags = k_waiting | k_notified;
  static constexpr std::uint32_t k_inline_slots = 4;

  Slot& claim();
  bool sleep(Slot& slot, Deadline deadline);
  bool notify_slot(Slot& slot, std::uint32_t waiting) noexcept;

  std::atomic<std::uint32_t> tickets_;  ///< the next one; written under the lock
  SlotRow<Scope, Slot, k_inline_slots> slots_;
};

extern template class HILO_EXPORT Condition<ThreadScope>;

}  // namespace hilo::detail::sync
