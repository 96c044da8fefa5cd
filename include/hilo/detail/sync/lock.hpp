// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/lock_watch.hpp"
#include "hilo/detail/sync/permit.hpp"
#include "hilo/detail/sync/scope.hpp"

namespace hilo::detail::sync {

/// What a lock whose users can die knows besides its owner. Written by the holder only, so the lock
/// word orders it.
template <bool shared>
struct OwnerDeath {
  enum State : std::uint32_t { none, inconsistent, recovered };
  std::atomic<std::uint32_t> state;
  std::atomic<std::uint32_t> take_silently;  ///< the policy: acquire() recovers by itself
};
template <>
struct OwnerDeath<false> {};

/// A lock on one word; in a shared scope a dead owner is noticed. Valid when zeroed.
template <class Scope>
class Lock {
 public:
  /// Blocks:  until the lock is the caller's or `deadline` passes.
  /// Returns: true if the caller now holds the lock.
  /// Throws:  OwnerDiedError if the owner died and recover() was not called since.
  [[nodiscard]] bool acquire(Deadline deadline) {
    if constexpr (!Scope::k_shared) {
      if (lock_watch() != nullptr) [[unlikely]]
        return acquire_watched(deadline);
    }
    return acquire_unwatched(deadline);
  }

  /// By any thread, of any process.
  /// Throws: RuntimeError if nobody holds the lock.
  void release() {
    if constexpr (Scope::k_shared) {
      // relaxed: the holder itself wrote it.
      if (death_.state.load(std::memory_order_relaxed) != OwnerDeath<true>::none) {
        return release_slow();
      }
    } else if (LockWatch* const watch = lock_watch()) [[unlikely]] {
      watch->releases(this);
    }
    std::uint32_t mine = Scope::self();
    // release: what the caller did stands before what the next holder does.
    if (!word_.compare_exchange_strong(mine, 0, std::memory_order_release,
                                       std::memory_order_relaxed)) {
      release_slow();
    }
  }

  /// Whether anybody holds the lock, alive or dead.
  [[nodiscard]] bool locked() const noexcept {
    return permit_value(word_.load(std::memory_order_acquire)) != 0;
  }

  /// Whether the caller's process holds the lock.
  [[nodiscard]] bool is_owned() const noexcept {
    // relaxed: only the caller's own process writes this value.
    return permit_value(word_.load(std::memory_order_relaxed)) == Scope::self();
  }

  /// Takes the lock of a dead owner, or keeps the one that the caller holds after a wait() that
  /// threw OwnerDiedError, and declares what it guards sound.
  /// Throws: RuntimeError if there is nothing to recover.
  void recover();

  /// Whether the holder took the lock from a dead owner.
  [[nodiscard]] bool recovered() const noexcept {
    if constexpr (Scope::k_shared) {
      return death_.state.load(std::memory_order_relaxed) == OwnerDeath<true>::recovered;
    }
    return false;
  }

  /// Whether acquire() shall recover() by itself. Before the lock is shared.
  void recover_silently(bool yes) noexcept {
    if constexpr (Scope::k_shared) {
      death_.take_silently.store(yes ? 1 : 0, std::memory_order_relaxed);
    }
  }

  /// For Condition: gives the lock up; what to give to take_back().
  std::uint32_t give_up() {
    release();
    return 1;
  }
  /// For Condition: acquires, for ever if need be, also from a dead owner: then the lock is held
  /// but inconsistent until recover(); released before that, it is a dead owner's again. Returns:
  /// false if it is inconsistent.
  [[nodiscard]] bool take_back(std::uint32_t given_up);

 private:
  bool acquire_unwatched(Deadline deadline) {
    std::uint32_t free = 0;
    // acquire: what the holder before did stands before what the caller does.
    // relaxed: a failure decides nothing.
    return word_.compare_exchange_strong(free, Scope::self(), std::memory_order_acquire,
                                         std::memory_order_relaxed) ||
           acquire_slow(deadline);
  }

  bool acquire_watched(Deadline deadline);
  bool acquire_slow(Deadline deadline);
  bool take_from_dead(std::uint32_t state) noexcept;
  void release_slow();

  std::atomic<std::uint32_t> word_;
  [[no_unique_address]] OwnerDeath<Scope::k_shared> death_;
};

extern template class HILO_EXPORT Lock<ThreadScope>;

}  // namespace hilo::detail::sync
