// SPDX-License-Identifier: MIT
#pragma once

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

}  // namespace hilo::detail::queue
