// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/detail/sync/condition.hpp"
#include "hilo/detail/sync/condition_face.hpp"
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
class Condition : public detail::sync::ConditionFace<Condition> {
 public:
  /// Over an RLock of its own.
  Condition() noexcept : rlock_(&own_) {}
  /// Over the caller's lock, which must outlive it.
  explicit Condition(Lock& lock) noexcept : lock_(&lock) {}
  explicit Condition(RLock& lock) noexcept : rlock_(&lock) {}
  ~Condition() { condition_.destroy(); }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

 private:
  friend class detail::sync::ConditionFace<Condition>;
  friend HILO_EXPORT void name_lock(const Condition& condition, std::string name);

  template <class Use>
  decltype(auto) with(Use&& use) const {
    return lock_ != nullptr ? use(condition_, lock_->lock_) : use(condition_, rlock_->lock_);
  }

  RLock own_;
  Lock* lock_ = nullptr;
  RLock* rlock_ = nullptr;
  mutable detail::sync::Condition<detail::sync::ThreadScope> condition_{};
};

}  // namespace hilo::threading
