// SPDX-License-Identifier: MIT
#include <atomic>
#include <thread>

#include <fmt/core.h>

#include "hilo/detail/sync/barrier.hpp"
#include "hilo/detail/sync/semaphore.hpp"
#include "sync/sleeper.hpp"

namespace hilo::detail::sync {

std::uint32_t checked_permits(std::int64_t value) {
  if (value < 0 || value > k_most_permits) {
    throw ValueError(fmt::format("hilo: a semaphore cannot start with {} permits", value));
  }
  return static_cast<std::uint32_t>(value);
}

std::uint32_t checked_parties(std::int64_t parties) {
  if (parties < 1 || parties > k_most_permits) {
    throw ValueError(fmt::format("hilo: a barrier cannot be for {} parties", parties));
  }
  return static_cast<std::uint32_t>(parties);
}

int spin_limit() noexcept {
  // docs/design/sync.md has the measurements.
  constexpr int k_pauses = 300;
  static constinit std::atomic<int> limit{-1};
  // relaxed: whoever finds it unset computes the same.
  int known = limit.load(std::memory_order_relaxed);
  if (known < 0) {
    known = std::thread::hardware_concurrency() > 1 ? k_pauses : 0;
    limit.store(known, std::memory_order_relaxed);
  }
  return known;
}

}  // namespace hilo::detail::sync
