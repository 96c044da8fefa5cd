// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/sync/acquirable.hpp"
#include "hilo/detail/sync/rlock.hpp"

namespace hilo::threading {

/// A lock that its owning thread may acquire again, and must release as often.
///
/// Python:  threading.RLock.
class RLock : public detail::sync::Acquirable<RLock> {
 public:
  constexpr RLock() noexcept { detail::sync::tell_of_new_lock(this); }
  RLock(const RLock&) = delete;
  RLock& operator=(const RLock&) = delete;

  /// Throws: RuntimeError if the calling thread does not hold the lock.
  void release() const { lock_.release(); }

  /// Whether any thread holds the lock.
  [[nodiscard]] bool locked() const noexcept { return lock_.locked(); }

 private:
  friend class detail::sync::Acquirable<RLock>;
  friend class Condition;
  bool acquire_until(detail::Deadline deadline) const { return lock_.acquire(deadline); }

  mutable detail::sync::RLock<detail::sync::ThreadScope> lock_{};
};

}  // namespace hilo::threading
