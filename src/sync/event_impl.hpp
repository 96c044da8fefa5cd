// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/sync/event.hpp"
#include "sync/sleeper.hpp"

namespace hilo::detail::sync {

template <class Scope>
void Event<Scope>::set() noexcept {
  std::uint32_t seen = word_.load(std::memory_order_relaxed);
  std::uint32_t wanted = 0;
  do {
    wanted = (seen & k_set) != 0 ? seen : ((seen | k_set) + k_one_set) & ~k_sleepers;
    // release: what the caller did stands before what those do who see the flag; also if it was
    // set.
  } while (!word_.compare_exchange_weak(seen, wanted, std::memory_order_release,
                                        std::memory_order_relaxed));
  if ((seen & k_set) == 0 && (seen & k_sleepers) != 0) wake<Scope>(word_, os::k_everybody);
}

template <class Scope>
bool Event<Scope>::wait_slow(Deadline deadline) {
  const std::uint32_t first = word_.load(std::memory_order_relaxed);
  std::uint32_t seen = first;
  const auto was_set = [&] {
    // acquire: what was done before set() is seen by who leaves.
    seen = word_.load(std::memory_order_acquire);
    return (seen & k_set) != 0 || ((seen ^ first) & ~k_sleepers) != 0;
  };
  if (deadline.passed()) return was_set();
  if (spin(was_set)) return true;
  Sleeper<Scope> sleeper("Event.wait");
  for (bool out_of_time = false; !out_of_time;) {
    const std::uint32_t wanted = seen | k_sleepers;
    // relaxed: the flag guards nothing, and park() compares the word again.
    if (wanted == seen || word_.compare_exchange_strong(seen, wanted, std::memory_order_relaxed)) {
      out_of_time = sleeper.sleep(word_, wanted, deadline) == Slept::timed_out;
    }
    if (was_set()) return true;
  }
  return false;
}

}  // namespace hilo::detail::sync
