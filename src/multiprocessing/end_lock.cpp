// SPDX-License-Identifier: MIT
#include "hilo/detail/family/end_lock.hpp"

#include "sync/sleeper.hpp"

namespace hilo::detail::family {
namespace {

constexpr std::int64_t k_grace = 100'000'000;

}  // namespace

EndLock::Got EndLock::acquire_slow(Deadline deadline) {
  const auto take_from = [this](std::uint32_t holder) {
    return word_.compare_exchange_strong(holder, FamilyScope::self(), std::memory_order_acquire,
                                         std::memory_order_relaxed);
  };
  const auto looks_free = [this] { return word_.load(std::memory_order_relaxed) == 0; };
  if (sync::spin([&] { return looks_free() && take_from(0); })) return Got::yes;

  const Deadline grace = Deadline::never().sooner(k_grace);
  if (deadline.nanoseconds() < grace.nanoseconds()) deadline = grace;
  sync::Sleeper<FamilyScope> sleeper("Queue's lock");
  for (bool slept = false, out_of_time = false;;) {
    const std::uint32_t holder = word_.load(std::memory_order_relaxed);
    const bool dead = holder != 0 && FamilyScope::died(holder);
    if (holder == 0 || dead) {
      if (!take_from(holder)) continue;
      // The release that woke this one took the others for awake, too.
      if (slept) sleepers_.store(1, std::memory_order_relaxed);
      return dead ? Got::from_dead : Got::yes;
    }
    if (out_of_time) return Got::no;
    sleepers_.store(1);
    out_of_time = sleeper.sleep(word_, holder, deadline) == sync::Slept::timed_out;
    slept = true;
  }
}

void EndLock::wake_one() noexcept {
  sleepers_.store(0, std::memory_order_relaxed);
  sync::wake<FamilyScope>(word_, 1);
}

}  // namespace hilo::detail::family
