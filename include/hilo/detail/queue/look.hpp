// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "hilo/detail/export.hpp"
#include "hilo/detail/sync/cpu_relax.hpp"

namespace hilo::detail::queue {

/// For how many pauses of the processor to look before sleeping; 0 if nobody else can run.
[[nodiscard]] HILO_EXPORT int look_limit() noexcept;

/// Looks with `done()` a while. It pauses first, and long: the other side moves by some dozens of
/// items meanwhile, instead of losing its cache line for each (docs/design/queue.md).
/// Returns: whether one look said yes.
template <class Done>
[[nodiscard]] bool look_a_while(Done&& done, int limit = look_limit()) noexcept {
  constexpr int k_pause = 32;
  for (int left = limit; left > 0; left -= k_pause) {
    for (int i = 0; i < k_pause; ++i) sync::cpu_relax();
    if (done()) return true;
  }
  return false;
}

/// The same for who does so again and again, and remembers in `vain_looks` how it went. To look is
/// to keep a processor: where the other side needs just that one, all looks are in vain, so fewer
/// follow, then none, but for one in a while.
template <class Done>
[[nodiscard]] bool look_if_it_helps(std::atomic<std::uint32_t>& vain_looks, Done&& done) noexcept {
  constexpr std::uint32_t k_patience = 4;
  constexpr std::uint32_t k_try_again = 64;
  const std::uint32_t vain = vain_looks.load(std::memory_order_relaxed);
  int limit = look_limit();
  if (vain % k_try_again != 0) limit = vain < k_patience ? limit >> vain : 0;
  const bool seen = look_a_while(done, limit);
  // relaxed: a hint. One look that was lucky is followed by a short one.
  const std::uint32_t better = vain == 0 ? 0 : std::min(vain, k_patience) - 1;
  if (!seen || vain != 0) {
    vain_looks.store(seen ? better : vain + 1, std::memory_order_relaxed);
  }
  return seen;
}

}  // namespace hilo::detail::queue
