// SPDX-License-Identifier: MIT
#include "hilo/detail/queue/waiters.hpp"

#include "os/park.hpp"

namespace hilo::detail::queue {

void Waiter::stop() noexcept {
  if (word_.fetch_or(k_stopped) == k_waiting) wake_sleeper(&word_);
}

void wake_sleeper(Sleeper sleeper) noexcept { os::unpark(*sleeper, 1, os::ParkScope::in_process); }

void Waiters::add(Waiter& waiter, bool in_front) noexcept {
  waiter.word_.fetch_or(Waiter::k_waiting);
  waiter.next_ = in_front ? first_ : nullptr;
  waiter.previous_ = in_front ? nullptr : last_;
  (waiter.next_ != nullptr ? waiter.next_->previous_ : last_) = &waiter;
  (waiter.previous_ != nullptr ? waiter.previous_->next_ : first_) = &waiter;
}

bool Waiters::sleep(Waiter& waiter, Lock& lock, Deadline deadline) {
  const auto still_waits = [&] { return (waiter.word_.load() & Waiter::k_waiting) != 0; };
  try {
    while (waiter.word_.load() == Waiter::k_waiting) {
      if (os::park(waiter.word_, Waiter::k_waiting, deadline, os::ParkScope::in_process) ==
          os::ParkResult::timed_out) {
        break;
      }
    }
    if (!still_waits()) return true;
    const Guard guard(lock);
    if (!still_waits()) return true;  // meanwhile
    remove(waiter);
    return false;
  } catch (...) {  // the system refuses to let it sleep
    const Guard guard(lock);
    if (still_waits()) {
      remove(waiter);
    } else {
      wake_all();  // somebody else shall have the wake-up
    }
    throw;
  }
}

void Waiters::remove(Waiter& waiter) noexcept {
  waiter.word_.fetch_and(~Waiter::k_waiting);
  (waiter.next_ != nullptr ? waiter.next_->previous_ : last_) = waiter.previous_;
  (waiter.previous_ != nullptr ? waiter.previous_->next_ : first_) = waiter.next_;
}

Sleeper Waiters::pick_first() noexcept {
  Waiter& waiter = *first_;
  const Sleeper sleeper = &waiter.word_;
  first_ = waiter.next_;
  (first_ != nullptr ? first_->previous_ : last_) = nullptr;
  // Last: from here on the waiter may go away.
  waiter.word_.fetch_and(~Waiter::k_waiting);
  return sleeper;
}

void Waiters::wake_all() noexcept {
  while (const Sleeper sleeper = pick()) wake_sleeper(sleeper);
}

}  // namespace hilo::detail::queue
