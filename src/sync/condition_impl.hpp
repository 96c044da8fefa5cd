// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/sync/condition.hpp"
#include "hilo/errors.hpp"
#include "sync/lock_impl.hpp"
#include "sync/sleeper.hpp"

namespace hilo::detail::sync {

template <class SomeLock>
void check_owned(const SomeLock& lock) {
  if (!lock.is_owned()) throw RuntimeError("hilo: the Condition's lock is not held by the caller");
}

template <class Scope>
template <class SomeLock>
bool Condition<Scope>::wait(SomeLock& lock, Deadline deadline) {
  check_owned(lock);
  Slot& slot = claim();
  const std::uint32_t held = lock.give_up();
  bool notified = false;
  try {
    notified = sleep(slot, deadline);
  } catch (...) {  // the system refuses to sleep
    slot.state.store(0, std::memory_order_release);
    (void)lock.take_back(held);
    throw;
  }
  if (!lock.take_back(held)) throw_owner_died();
  return notified;
}

/// A slot of the caller's, waiting. The lock lets one at a time do this.
template <class Scope>
auto Condition<Scope>::claim() -> Slot& {
  const std::uint32_t ticket = tickets_.load(std::memory_order_relaxed);
  tickets_.store(ticket + 1, std::memory_order_relaxed);
  const auto claim_from = [&](Slot& slot, std::uint32_t state) {
    // The ticket stands before the state says that somebody waits: with the lock this is order
    // enough among notifiers, and a claimer killed between the two leaves the slot free.
    slot.ticket.store(ticket, std::memory_order_relaxed);
    return slot.state.compare_exchange_strong(state, k_waiting | Scope::self());
  };
  for (;;) {
    Slot* slot = slots_.find([&](Slot& candidate, std::uint32_t) {
      return candidate.state.load(std::memory_order_acquire) == 0 && claim_from(candidate, 0);
    });
    if (slot != nullptr) return *slot;
    slot = slots_.find([&](Slot& candidate, std::uint32_t) {
      const std::uint32_t state = candidate.state.load(std::memory_order_acquire);
      return Scope::died(state & ~k_flags) && claim_from(candidate, state);
    });
    if (slot != nullptr) return *slot;
    slots_.grow(this);
  }
}

/// Sleeps on the caller's slot and frees it. Returns: whether it was notified.
template <class Scope>
bool Condition<Scope>::sleep(Slot& slot, Deadline deadline) {
  const std::uint32_t waiting = k_waiting | Scope::self();
  // acquire: pairs with the notifier's store, though the lock orders what the two do.
  const auto notified = [&] { return slot.state.load(std::memory_order_acquire) != waiting; };
  if (deadline.passed() || !spin(notified)) {
    Sleeper<Scope> sleeper("Condition.wait");
    while (!notified()) {
      if (sleeper.sleep(slot.state, waiting, deadline) != Slept::timed_out) continue;
      std::uint32_t expected = waiting;
      if (slot.state.compare_exchange_strong(expected, 0)) return false;
    }
  }
  // release: the slot's next user comes after.
  slot.state.store(0, std::memory_order_release);
  return true;
}

/// Notifies the waiter whose slot looked `waiting`. Returns: false if it gave up or died meanwhile.
template <class Scope>
bool Condition<Scope>::notify_slot(Slot& slot, std::uint32_t waiting) noexcept {
  if (Scope::died(waiting & ~k_flags)) {
    slot.state.compare_exchange_strong(waiting, 0);
    return false;
  }
  if (!slot.state.compare_exchange_strong(waiting, (waiting & ~k_flags) | k_notified)) {
    return false;
  }
  sync::wake<Scope>(slot.state, 1);
  return true;
}

template <class Scope>
template <class SomeLock>
void Condition<Scope>::notify(SomeLock& lock, std::int64_t count) {
  check_owned(lock);
  while (count > 0) {
    Slot* longest = nullptr;
    std::uint32_t waiting = 0;
    std::uint32_t ticket = 0;
    slots_.find([&](Slot& slot, std::uint32_t) {
      const std::uint32_t state = slot.state.load(std::memory_order_acquire);
      const std::uint32_t number = slot.ticket.load(std::memory_order_relaxed);
      // Tickets wrap round: what counts is their distance.
      if ((state & k_waiting) != 0 &&
          (longest == nullptr || static_cast<std::int32_t>(number - ticket) < 0)) {
        longest = &slot;
        waiting = state;
        ticket = number;
      }
      return false;
    });
    if (longest == nullptr) return;
    if (notify_slot(*longest, waiting)) --count;
  }
}

template <class Scope>
template <class SomeLock>
void Condition<Scope>::notify_all(SomeLock& lock) {
  check_owned(lock);
  slots_.find([&](Slot& slot, std::uint32_t) {
    const std::uint32_t state = slot.state.load(std::memory_order_acquire);
    if ((state & k_waiting) != 0) notify_slot(slot, state);
    return false;
  });
}

template <class Scope>
std::uint32_t Condition<Scope>::waiters() {
  std::uint32_t count = 0;
  slots_.find([&](Slot& slot, std::uint32_t) {
    const std::uint32_t state = slot.state.load(std::memory_order_relaxed);
    count += (state & k_waiting) != 0 && !Scope::died(state & ~k_flags);
    return false;
  });
  return count;
}

}  // namespace hilo::detail::sync
