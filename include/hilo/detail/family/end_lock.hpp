// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/family/scope.hpp"

namespace hilo::detail::family {

/// The lock of what one store commits, so that nothing is in disorder when its holder was killed:
/// who comes next just has it, and is told. One locked instruction, since sync::Lock's two are most
/// of what a queue's put costs; release() is a store. Valid when zeroed.
class EndLock {
 public:
  enum class Got { no, yes, from_dead };

  /// Who does not wait otherwise waits for this all the same, which somebody has for nanoseconds,
  /// but no longer than 100 ms: that one may be stopped.
  [[nodiscard]] Got acquire(Deadline deadline) {
    std::uint32_t free = 0;
    // acquire: what the holder before did stands before what the caller does.
    // relaxed: a failure decides nothing.
    return word_.compare_exchange_strong(free, FamilyScope::self(), std::memory_order_acquire,
                                         std::memory_order_relaxed)
               ? Got::yes
               : acquire_slow(deadline);
  }

  /// By the holder.
  void release() noexcept {
    // release: what the caller did stands before what the next holder does.
    word_.store(0, std::memory_order_release);
    // relaxed: who set it a moment ago and is not seen here looks again at the end of its slice,
    // or is woken by the next release; a fence would cost every release what the store saves.
    if (sleepers_.load(std::memory_order_relaxed) != 0) wake_one();
  }

 private:
  HILO_EXPORT Got acquire_slow(Deadline deadline);
  HILO_EXPORT void wake_one() noexcept;

  std::atomic<std::uint32_t> word_;      ///< the holder, or 0
  std::atomic<std::uint32_t> sleepers_;  ///< whether there may be some
};

}  // namespace hilo::detail::family
