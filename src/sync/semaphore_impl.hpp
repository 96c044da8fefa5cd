// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "hilo/detail/sync/bounded_semaphore.hpp"
#include "hilo/detail/sync/semaphore.hpp"
#include "hilo/errors.hpp"
#include "sync/permit_impl.hpp"

namespace hilo::detail::sync {

inline void check_release(std::int64_t count, std::uint32_t taken) {
  if (count < 1) throw ValueError("hilo: a semaphore's release takes a positive count");
  if (count > taken) throw ValueError("hilo: the semaphore was released too many times");
}

template <class Scope>
bool Semaphore<Scope>::acquire_slow(Deadline deadline) {
  return PermitWait<Scope, CountPermit>(word_, deadline).run() == Acquired::yes;
}

template <class Scope>
void Semaphore<Scope>::release_slow(std::int64_t count, std::uint32_t most) {
  std::uint32_t seen = word_.load(std::memory_order_relaxed);
  std::uint32_t permits = 0;
  do {
    check_release(count, most - std::min(most, permit_value(seen)));
    permits = permit_value(seen) + static_cast<std::uint32_t>(count);
  } while (!give_permit<Scope>(word_, seen, permits, static_cast<int>(count)));
}

// Among processes the slots are the truth. Who finds none free sets `parked` in the epoch, looks at
// all slots again, and sleeps on the epoch; who frees a slot afterwards sees `parked` and changes
// the epoch. Each stores first, then looks at what the other stores, so these are seq_cst.
template <class Scope>
bool BoundedSemaphore<Scope, true>::acquire(Deadline deadline) {
  const auto take_fresh = [this] {
    return (epoch_.load(std::memory_order_relaxed) & k_starving) == 0 && take();
  };
  if (take_fresh()) return true;
  bool out_of_time = deadline.passed();
  if (!out_of_time && spin(take_fresh)) return true;

  // Fair as PermitWait is: after a millisecond those who come later must queue.
  constexpr std::int64_t k_patience = 1'000'000;
  const std::int64_t start = Deadline::now();
  Sleeper<Scope> sleeper("Semaphore.acquire");
  bool slept = out_of_time;  // a look may take what is meant for a sleeper: that one may be dead
  bool made_starving = false;
  bool slice_over = false;
  const auto calm = [&] {
    if (made_starving || slice_over) epoch_.fetch_and(~k_starving);
  };
  for (;;) {
    std::uint32_t seen = epoch_.load();
    std::uint32_t wanted = seen | k_parked;
    if (slept && !out_of_time && Deadline::now() - start > k_patience) wanted |= k_starving;
    if (wanted != seen && !epoch_.compare_exchange_strong(seen, wanted)) continue;
    if (((seen ^ wanted) & k_starving) != 0) made_starving = true;
    if ((slept || (wanted & k_starving) == 0) && take()) return calm(), true;
    if (epoch_.load() != wanted) continue;  // a permit was given behind the looking eye
    if (out_of_time) return calm(), false;
    const Slept result = sleeper.sleep(epoch_, wanted, deadline);
    slept = true;
    slice_over = result == Slept::slice_over;
    out_of_time = result == Slept::timed_out;
  }
}

/// Takes a free slot, or a dead holder's.
template <class Scope>
bool BoundedSemaphore<Scope, true>::take() {
  const std::uint32_t self = Scope::self();
  const auto take_free = [self](Slot& slot, std::uint32_t) {
    std::uint32_t free = 0;
    return slot.holder.load() == free && slot.holder.compare_exchange_strong(free, self);
  };
  const auto take_dead = [self](Slot& slot, std::uint32_t) {
    std::uint32_t holder = slot.holder.load();
    return holder != 0 && Scope::died(holder) && slot.holder.compare_exchange_strong(holder, self);
  };
  for (;;) {
    if (taken_.find(take_free, initial_) != nullptr) return true;
    if (taken_.size() >= initial_) return taken_.find(take_dead, initial_) != nullptr;
    taken_.grow(this);
  }
}

template <class Scope>
void BoundedSemaphore<Scope, true>::release(std::int64_t count) {
  if (count != 1) check_release(count, initial_ - value());  // of several none, if not all
  const std::uint32_t self = Scope::self();
  const auto give_own = [self](Slot& slot, std::uint32_t) {
    std::uint32_t holder = self;
    return slot.holder.load() == holder && slot.holder.compare_exchange_strong(holder, 0);
  };
  const auto give_any = [](Slot& slot, std::uint32_t) {
    std::uint32_t holder = slot.holder.load();
    return holder != 0 && !Scope::died(holder) && slot.holder.compare_exchange_strong(holder, 0);
  };
  for (; count > 0; --count) {
    if (taken_.find(give_own, initial_) == nullptr && taken_.find(give_any, initial_) == nullptr) {
      check_release(count, 0);  // others gave them back meanwhile
    }
    announce();
  }
}

/// A permit is free: wakes one sleeper, if there may be any.
template <class Scope>
void BoundedSemaphore<Scope, true>::announce() noexcept {
  std::uint32_t seen = epoch_.load();
  while ((seen & k_parked) != 0) {
    std::uint32_t next = (seen & ~k_value_mask) | ((seen + 1) & k_value_mask);
    if (!epoch_.compare_exchange_strong(seen, next)) continue;
    // Nobody slept: the next release need not ask. Who is about to sleep sees another word.
    if (wake<Scope>(epoch_, 1) == 0) epoch_.compare_exchange_strong(next, next & ~k_parked);
    return;
  }
}

template <class Scope>
std::uint32_t BoundedSemaphore<Scope, true>::value() {
  std::uint32_t taken = 0;
  taken_.find(
      [&](Slot& slot, std::uint32_t) {
        const std::uint32_t holder = slot.holder.load();
        taken += holder != 0 && !Scope::died(holder);
        return false;
      },
      initial_);
  return initial_ - taken;
}

}  // namespace hilo::detail::sync
