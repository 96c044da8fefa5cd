// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <tuple>
#include <utility>
#include <variant>

#include "hilo/detail/family/shared_state.hpp"
#include "hilo/detail/family/sync.hpp"
#include "hilo/detail/sync/condition_face.hpp"
#include "hilo/multiprocessing/lock.hpp"
#include "hilo/multiprocessing/rlock.hpp"

namespace hilo::multiprocessing {

/// Lets processes wait, under a lock they share, until others notify them; the longest waiter that
/// lives comes first.
///
/// A handle: a copy is the same condition, also in another process.
///
/// Python:    multiprocessing.Condition; differs: notify(n) wakes exactly n, and waits for nobody.
/// Safe from: any thread; not from a signal handler.
///
///     mp::Condition condition;
///     { std::scoped_lock guard(condition); condition.wait_for([&] { return ready.value() == 1; });
///     } { std::scoped_lock guard(condition); ready.value() = 1; condition.notify(); }
class Condition
    : public detail::sync::ConditionFace<Condition>,
      public detail::family::SharedState<detail::sync::Condition<detail::family::FamilyScope>> {
  using SomeLock = std::variant<RLock, Lock>;

  template <class Use>
  decltype(auto) with(Use&& use) const {
    const Lock* const lock = std::get_if<Lock>(&lock_);
    return lock != nullptr ? use(state(), lock->state())
                           : use(state(), std::get_if<RLock>(&lock_)->state());
  }

 public:
  /// Over an RLock of its own, or over the lock that is given.
  ///
  /// Throws: std::system_error if there is no memory.
  Condition() : Condition(RLock()) {}
  explicit Condition(Lock lock) : lock_(std::move(lock)) {}
  explicit Condition(RLock lock) : lock_(std::move(lock)) {}
  /// For HandleAccess alone.
  Condition(detail::family::HandleAccess access, SomeLock lock, detail::family::ObjectRef object)
      : SharedState(access, std::move(object)), lock_(std::move(lock)) {}

  /// As the lock's: takes or keeps a lock whose holder died.
  ///
  /// Throws: RuntimeError if there is nothing to recover.
  void recover() const {
    with([](auto&, auto& lock) { lock.recover(); });
  }
  [[nodiscard]] bool recovered() const noexcept {
    return with([](auto&, auto& lock) { return lock.recovered(); });
  }

  /// How many wait at this moment, the dead not counted.
  [[nodiscard]] std::int64_t n_waiting() const { return state().waiters(); }

 private:
  friend class detail::sync::ConditionFace<Condition>;
  friend class detail::family::HandleAccess;
  auto parts() const noexcept { return std::tie(lock_, object()); }

  SomeLock lock_;
};

}  // namespace hilo::multiprocessing
