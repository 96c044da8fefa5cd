// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/acquirable.hpp"
#include "hilo/detail/sync/condition.hpp"
#include "hilo/threading/lock.hpp"
#include "hilo/threading/rlock.hpp"

namespace hilo::threading {

/// Lets threads wait, under a lock, until others notify them; the longest waiter first.
///
/// Python:    threading.Condition.
/// Safe from: any thread; not from a signal handler.
///
///     hilo::threading::Condition condition;
///     { std::scoped_lock guard(condition); condition.wait_for([&] { return !items.empty(); }); }
///     { std::scoped_lock guard(condition); items.push_back(1); condition.notify(); }
class Condition : public detail::sync::Acquirable<Condition> {
 public:
  /// Over an RLock of its own.
  Condition() noexcept : rlock_(&own_) {}
  /// Over the caller's lock, which must outlive it.
  explicit Condition(Lock& lock) noexcept : lock_(&lock) {}
  explicit Condition(RLock& lock) noexcept : rlock_(&lock) {}
  ~Condition() { condition_.destroy(); }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  void release() const {
    with_lock([](auto& lock) { lock.release(); });
  }
  [[nodiscard]] bool locked() const noexcept {
    return with_lock([](auto& lock) { return lock.locked(); });
  }

  /// Gives the lock up, however often it is held, waits for a notification, takes the lock again.
  ///
  /// Blocks:  until notified, then until the lock is free.
  /// Returns: true.
  /// Throws:  RuntimeError if the lock is not held: an RLock by the caller, a Lock by anybody;
  ///          std::bad_alloc; std::system_error if the system refuses to let a thread sleep.
  bool wait() const { return wait_until(detail::Deadline::never()); }

  /// Waits at most `timeout`, on the monotonic clock, for the notification.
  ///
  /// Returns: false if the time passed first.
  /// Throws:  as wait(); ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  bool wait(std::chrono::duration<Rep, Period> timeout) const {
    return wait_until(detail::Deadline::after(timeout));
  }

  /// Waits until `predicate()`, called under the lock, is true.
  ///
  /// Returns: what it returned last.
  template <class Predicate>
  auto wait_for(Predicate predicate) const {
    return wait_for_until(std::move(predicate), detail::Deadline::never());
  }
  /// Waits at most `timeout` in all.
  ///
  /// Returns: what `predicate()` returned last, so false if the time passed first.
  template <class Predicate, class Rep, class Period>
  auto wait_for(Predicate predicate, std::chrono::duration<Rep, Period> timeout) const {
    return wait_for_until(std::move(predicate), detail::Deadline::after(timeout));
  }

  /// Wakes the `count` longest waiters, or all there are; they go on as they get the lock.
  ///
  /// Throws: RuntimeError if the lock is not held, as wait() does.
  void notify(std::int64_t count = 1) const {
    with_lock([&](auto& lock) { condition_.notify(lock, count); });
  }
  void notify_all() const {
    with_lock([&](auto& lock) { condition_.notify_all(lock); });
  }

 private:
  friend class detail::sync::Acquirable<Condition>;

  template <class Use>
  std::invoke_result_t<Use, decltype(Lock::lock_)&> with_lock(Use&& use) const {
    return lock_ != nullptr ? use(lock_->lock_) : use(rlock_->lock_);
  }
  bool acquire_until(detail::Deadline deadline) const {
    return with_lock([&](auto& lock) { return lock.acquire(deadline); });
  }
  bool wait_until(detail::Deadline deadline) const {
    return with_lock([&](auto& lock) { return condition_.wait(lock, deadline); });
  }
  template <class Predicate>
  auto wait_for_until(Predicate predicate, detail::Deadline deadline) const {
    auto result = predicate();
    while (!result && wait_until(deadline)) result = predicate();
    return result ? result : predicate();
  }

  RLock own_;
  Lock* lock_ = nullptr;
  RLock* rlock_ = nullptr;
  mutable detail::sync::Condition<detail::sync::ThreadScope> condition_{};
};

}  // namespace hilo::threading
