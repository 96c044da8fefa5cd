// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/sync/acquirable.hpp"
#include "hilo/detail/sync/lock.hpp"

namespace hilo::threading {

/// A lock that any thread may release, as big as one word. Who has waited for a millisecond is
/// served before those who come later.
///
/// Throws:  std::system_error if the system refuses to let a thread sleep.
/// Python:  threading.Lock; differs: `std::scoped_lock guard(lock);` is `with lock:`.
///
///     hilo::threading::Lock lock;
///     { std::scoped_lock guard(lock); ++counter; }
class Lock : public detail::sync::Acquirable<Lock> {
 public:
  constexpr Lock() noexcept { detail::sync::tell_of_new_lock(this); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  /// Throws: RuntimeError if nobody holds the lock.
  void release() const { lock_.release(); }

  /// Whether any thread holds the lock.
  [[nodiscard]] bool locked() const noexcept { return lock_.locked(); }

 private:
  friend class detail::sync::Acquirable<Lock>;
  friend class Condition;
  bool acquire_until(detail::Deadline deadline) const { return lock_.acquire(deadline); }

  mutable detail::sync::Lock<detail::sync::ThreadScope> lock_{};
};

static_assert(sizeof(Lock) == 4);

}  // namespace hilo::threading
