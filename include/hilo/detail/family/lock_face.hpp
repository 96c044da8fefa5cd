// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/family/shared_state.hpp"
#include "hilo/detail/family/sync.hpp"
#include "hilo/detail/sync/acquirable.hpp"
#include "hilo/multiprocessing/owner_death.hpp"

namespace hilo::detail::family {

/// What mp::Lock and mp::RLock offer: `Self` is one of them, over `State`.
template <class Self, class State>
class LockFace : public sync::Acquirable<Self>, public SharedState<State> {
 public:
  using SharedState<State>::SharedState;

  /// Throws: RuntimeError if the lock is not held (an RLock: by the calling thread);
  ///         OwnerDiedError if its holder died.
  void release() const { this->state().release(); }

  /// Whether anybody holds the lock, alive or dead.
  [[nodiscard]] bool locked() const noexcept { return this->state().locked(); }

  /// Takes the lock whose owner died, or keeps the one that a Condition's wait() left with
  /// OwnerDiedError, and declares what it guards sound.
  ///
  /// Throws: RuntimeError if there is nothing to recover.
  void recover() const { this->state().recover(); }

  /// Whether the holder took the lock from an owner that died, so should look at what it guards.
  [[nodiscard]] bool recovered() const noexcept { return this->state().recovered(); }

 protected:
  explicit LockFace(multiprocessing::LockOptions options) {
    this->state().recover_silently(options.on_owner_death ==
                                   multiprocessing::OnOwnerDeath::recover);
  }
  ~LockFace() = default;
  LockFace(const LockFace&) = default;
  LockFace(LockFace&&) = default;
  LockFace& operator=(const LockFace&) = default;
  LockFace& operator=(LockFace&&) = default;

 private:
  friend class sync::Acquirable<Self>;
  bool acquire_until(Deadline deadline) const { return this->state().acquire(deadline); }
};

}  // namespace hilo::detail::family
