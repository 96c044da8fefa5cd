// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/permit.hpp"
#include "sync/sleeper.hpp"

namespace hilo::detail::sync {

/// What the value of a permit word means for a lock.
template <class Scope>
struct LockPermit {
  static constexpr const char* k_what = "Lock.acquire";
  static bool available(std::uint32_t value) noexcept { return value == 0; }
  static std::uint32_t taken(std::uint32_t) noexcept { return Scope::self(); }
  /// Whether it will never become available by itself.
  static bool abandoned(std::uint32_t value) noexcept { return value != 0 && Scope::died(value); }
};

/// And for a semaphore.
struct CountPermit {
  static constexpr const char* k_what = "Semaphore.acquire";
  static bool available(std::uint32_t value) noexcept { return value != 0; }
  static std::uint32_t taken(std::uint32_t value) noexcept { return value - 1; }
  static bool abandoned(std::uint32_t) noexcept { return false; }
};

enum class Acquired { yes, timed_out, abandoned };

/// One wait for a permit (docs/design/sync.md). The sleeping is Drepper's mutex ("Futexes are
/// tricky"): who has queued takes with `parked` set, since others may sleep still. The fairness is
/// that of Go's sync.Mutex: who has waited for a millisecond sets `starving`; from then on nobody
/// takes who has not slept, until the one who set it has its permit.
template <class Scope, class Permit>
class PermitWait {
 public:
  PermitWait(std::atomic<std::uint32_t>& word, Deadline deadline) noexcept
      : word_(word), deadline_(deadline) {}

  Acquired run() {
    if (deadline_.passed()) {
      out_of_time_ = true;
      // A look among processes may take what is meant for a sleeper: that one may be dead, and if
      // all only look, nobody would ever find out.
      slept_ = Scope::k_shared;
    } else if (spin([this] { return take_fresh(); })) {
      return Acquired::yes;
    }
    for (;;) {
      // relaxed: taking is what acquires.
      std::uint32_t seen = word_.load(std::memory_order_relaxed);
      if (Permit::available(permit_value(seen)) && (slept_ || (seen & k_starving) == 0)) {
        if (take(seen)) return Acquired::yes;
      } else if (Permit::abandoned(permit_value(seen))) {
        if (leave(seen)) return Acquired::abandoned;
      } else if (out_of_time_) {
        if (leave(seen)) return Acquired::timed_out;
      } else if (queue(seen)) {
        sleep(seen);
      }
    }
  }

 private:
  static constexpr std::int64_t k_patience = 1'000'000;

  bool take_fresh() noexcept {
    const std::uint32_t seen = word_.load(std::memory_order_relaxed);
    return (seen & k_starving) == 0 && Permit::available(permit_value(seen)) && take(seen);
  }

  bool take(std::uint32_t seen) noexcept {
    const std::uint32_t left = Permit::taken(permit_value(seen));
    std::uint32_t flags = seen & ~k_value_mask;
    // If a free word stood starving for a whole slice, the sleeper it was meant for has died.
    if (made_starving_ || slice_over_) flags &= ~k_starving;
    // The release that woke this waiter cleared `parked`, but others may sleep still: the next
    // release shall know; and if there is a permit left, the next sleeper shall have it now.
    const bool more = queued_ && Permit::available(left);
    if (queued_) flags = more ? flags & ~k_parked : flags | k_parked;
    // acquire: what the permit's releaser did stands before what the caller does.
    if (!word_.compare_exchange_strong(seen, left | flags, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      return false;
    }
    if (more) wake<Scope>(word_, 1);
    return true;
  }

  /// Makes the word say that somebody sleeps, and what it says then the caller's `seen`.
  bool queue(std::uint32_t& seen) noexcept {
    std::uint32_t wanted = seen | k_parked;
    if (queued_ && Deadline::now() - queued_since_ > k_patience) wanted |= k_starving;
    if (wanted != seen) {
      // relaxed: the flags guard nothing, and park() compares the word again.
      if (!word_.compare_exchange_strong(seen, wanted, std::memory_order_relaxed)) return false;
      if ((seen ^ wanted) & k_starving) made_starving_ = true;
      seen = wanted;
    }
    if (!queued_) queued_since_ = Deadline::now();
    queued_ = true;
    return true;
  }

  void sleep(std::uint32_t expected) {
    // A free word is kept for a sleeper. That one may be gone also where nobody dies alone: a
    // fork() left it in the parent, or it was a daemon at the program's end.
    const bool kept = Permit::available(permit_value(expected));
    const Slept slept = kept ? sleeper_.slice(word_, expected, deadline_)
                             : sleeper_.sleep(word_, expected, deadline_);
    slept_ = true;
    slice_over_ = slept == Slept::slice_over;
    out_of_time_ = slept == Slept::timed_out;
  }

  /// Nothing of this waiter's must stay behind. A wake-up that it consumed does not either: after
  /// one it either took the permit or set `parked` on a word without, and only then timed out.
  bool leave(std::uint32_t seen) noexcept {
    return !made_starving_ || (seen & k_starving) == 0 ||
           word_.compare_exchange_strong(seen, seen & ~k_starving, std::memory_order_relaxed);
  }

  std::atomic<std::uint32_t>& word_;
  const Deadline deadline_;
  Sleeper<Scope> sleeper_{Permit::k_what};
  std::int64_t queued_since_ = 0;
  bool queued_ = false;
  bool slept_ = false;
  bool slice_over_ = false;
  bool out_of_time_ = false;
  bool made_starving_ = false;  ///< this waiter set the flag, and nobody else clears it
};

/// Gives a permit: makes the word's value `value` and wakes `count` sleepers.
/// Returns: false, with the word as it is now in `seen`, if that changed meanwhile.
template <class Scope>
bool give_permit(std::atomic<std::uint32_t>& word, std::uint32_t& seen, std::uint32_t value,
                 int count) noexcept {
  // release: what the caller did stands before what the permit's next holder does.
  if (!word.compare_exchange_strong(seen, value | (seen & k_starving), std::memory_order_release,
                                    std::memory_order_relaxed)) {
    return false;
  }
  if ((seen & (k_parked | k_starving)) != 0) wake<Scope>(word, count);
  return true;
}

}  // namespace hilo::detail::sync
