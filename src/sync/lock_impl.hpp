// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/sync/lock.hpp"
#include "hilo/detail/sync/rlock.hpp"
#include "hilo/errors.hpp"
#include "sync/permit_impl.hpp"

namespace hilo::detail::sync {

[[noreturn]] inline void throw_owner_died() {
  throw OwnerDiedError(
      "hilo: the process that held the lock died; what the lock guards may be half changed: call "
      "recover() to take the lock and declare it sound");
}

template <class Scope>
bool Lock<Scope>::acquire_slow(Deadline deadline) {
  for (;;) {
    const Acquired acquired = PermitWait<Scope, LockPermit<Scope>>(word_, deadline).run();
    if (acquired != Acquired::abandoned) return acquired == Acquired::yes;
    if constexpr (Scope::k_shared) {
      if (death_.take_silently.load(std::memory_order_relaxed) == 0) throw_owner_died();
      if (take_from_dead(OwnerDeath<true>::recovered)) return true;
    }
  }
}

template <class Scope>
bool Lock<Scope>::acquire_watched(Deadline deadline) {
  LockWatch& watch = *lock_watch();
  const bool may_wait = !deadline.passed();
  if (!acquire_unwatched(Deadline::poll())) {
    if (!may_wait) return false;
    watch.waits(this);
    while (!acquire_unwatched(deadline.sooner(watch.patience()))) {
      if (deadline.passed()) {
        watch.gave_up(this);
        return false;
      }
      watch.still_waits(this);
    }
  }
  watch.took(this, may_wait);
  return true;
}

template <class Scope>
bool Lock<Scope>::take_from_dead([[maybe_unused]] std::uint32_t state) noexcept {
  if constexpr (Scope::k_shared) {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    if (permit_value(seen) == 0 || !Scope::died(permit_value(seen))) return false;
    // acquire: what the dead owner did, as far as it came, stands before what the caller does.
    if (!word_.compare_exchange_strong(seen, Scope::self() | (seen & ~k_value_mask),
                                       std::memory_order_acquire, std::memory_order_relaxed)) {
      return false;
    }
    // Killed before this store, the caller leaves a dead owner's lock again.
    death_.state.store(state, std::memory_order_relaxed);
    return true;
  }
  return false;
}

template <class Scope>
void Lock<Scope>::release_slow() {
  std::uint32_t seen = word_.load(std::memory_order_relaxed);
  std::uint32_t left = 0;
  if constexpr (Scope::k_shared) {
    const std::uint32_t owner = permit_value(seen);
    if (owner != 0 && owner != Scope::self() && Scope::died(owner)) throw_owner_died();
    const std::uint32_t state = death_.state.load(std::memory_order_relaxed);
    if (owner != 0 && state != OwnerDeath<true>::none) {
      if (state == OwnerDeath<true>::inconsistent) left = k_owner_died;
      // Killed after this store, the caller leaves a dead owner's lock: what it says then is new.
      death_.state.store(OwnerDeath<true>::none, std::memory_order_relaxed);
    }
  }
  do {
    if (permit_value(seen) == 0) throw RuntimeError("hilo: release of a Lock that nobody holds");
  } while (!give_permit<Scope>(word_, seen, left, left == 0 ? 1 : os::k_everybody));
}

template <class Scope>
void Lock<Scope>::recover() {
  if constexpr (Scope::k_shared) {
    if (is_owned()) {
      if (death_.state.load(std::memory_order_relaxed) == OwnerDeath<true>::inconsistent) {
        return death_.state.store(OwnerDeath<true>::recovered, std::memory_order_relaxed);
      }
    } else {
      while (permit_value(word_.load(std::memory_order_relaxed)) != 0) {
        if (take_from_dead(OwnerDeath<true>::recovered)) return;
        if (!Scope::died(permit_value(word_.load(std::memory_order_relaxed)))) break;
      }
    }
  }
  throw RuntimeError("hilo: recover of a lock whose holder did not die");
}

template <class Scope>
bool Lock<Scope>::take_back(std::uint32_t) {
  for (;;) {
    const Acquired acquired = PermitWait<Scope, LockPermit<Scope>>(word_, Deadline::never()).run();
    if (acquired == Acquired::yes) {
      if constexpr (!Scope::k_shared) {
        if (LockWatch* const watch = lock_watch()) watch->took(this, true);
      }
      return true;
    }
    if constexpr (Scope::k_shared) {
      const bool silently = death_.take_silently.load(std::memory_order_relaxed) != 0;
      if (take_from_dead(silently ? OwnerDeath<true>::recovered : OwnerDeath<true>::inconsistent)) {
        return silently;
      }
    }
  }
}

template <class Scope>
void RLock<Scope>::refuse_release() {
  throw RuntimeError("hilo: release of an RLock that the calling thread does not hold");
}

}  // namespace hilo::detail::sync
