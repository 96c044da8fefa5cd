// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/acquirable.hpp"

namespace hilo::detail::sync {

/// What a Condition offers, among threads and among processes. `Self` has `with(use)`, which
/// returns use(its state, its lock's state).
template <class Self>
class ConditionFace : public Acquirable<Self> {
 public:
  void release() const {
    with([](auto&, auto& lock) { lock.release(); });
  }
  [[nodiscard]] bool locked() const noexcept {
    return with([](auto&, auto& lock) { return lock.locked(); });
  }

  /// Gives the lock up, however often it is held, waits for a notification, takes the lock again.
  ///
  /// Blocks:  until notified, then until the lock is free.
  /// Returns: true.
  /// Throws:  RuntimeError if the lock is not held: an RLock by the caller, a Lock by anybody in
  ///          its process; std::bad_alloc; std::system_error if the system refuses to let it sleep.
  ///          Among processes OwnerDiedError, with the lock held, if the holder died meanwhile.
  bool wait() const { return wait_until(Deadline::never()); }

  /// Waits at most `timeout`, on the monotonic clock, for the notification.
  ///
  /// Returns: false if the time passed first.
  /// Throws:  as wait(); ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  bool wait(std::chrono::duration<Rep, Period> timeout) const {
    return wait_until(Deadline::after(timeout));
  }

  /// Waits until `predicate()`, called under the lock, is true.
  ///
  /// Returns: what it returned last.
  template <class Predicate>
  auto wait_for(Predicate predicate) const {
    return wait_for_until(std::move(predicate), Deadline::never());
  }
  /// Waits at most `timeout` in all.
  ///
  /// Returns: what `predicate()` returned last, so false if the time passed first.
  template <class Predicate, class Rep, class Period>
  auto wait_for(Predicate predicate, std::chrono::duration<Rep, Period> timeout) const {
    return wait_for_until(std::move(predicate), Deadline::after(timeout));
  }

  /// Wakes the `count` longest waiters, or all there are; they go on as they get the lock.
  ///
  /// Throws: RuntimeError if the lock is not held, as wait() does.
  void notify(std::int64_t count = 1) const {
    with([&](auto& condition, auto& lock) { condition.notify(lock, count); });
  }
  void notify_all() const {
    with([](auto& condition, auto& lock) { condition.notify_all(lock); });
  }

 protected:
  ConditionFace() = default;
  ~ConditionFace() = default;

 private:
  friend class Acquirable<Self>;

  template <class Use>
  decltype(auto) with(Use&& use) const {
    return static_cast<const Self&>(*this).with(std::forward<Use>(use));
  }
  bool acquire_until(Deadline deadline) const {
    return with([&](auto&, auto& lock) { return lock.acquire(deadline); });
  }
  bool wait_until(Deadline deadline) const {
    return with([&](auto& condition, auto& lock) { return condition.wait(lock, deadline); });
  }
  template <class Predicate>
  auto wait_for_until(Predicate predicate, Deadline deadline) const {
    auto result = predicate();
    while (!result) {
      const bool notified = wait_until(deadline);
      result = predicate();
      if (!notified) break;
    }
    return result;
  }
};

}  // namespace hilo::detail::sync
