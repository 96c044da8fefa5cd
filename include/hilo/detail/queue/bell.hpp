// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"

namespace hilo::detail::queue {

/// Wakes sleepers without a lock, so that a signal handler can. Whoever changes what others sleep
/// for rings afterwards; who sleeps listens first, then looks, then sleeps. Each stores before it
/// looks at what the other stores: these are seq_cst.
class HILO_EXPORT Bell {
 public:
  /// After a seq_cst store.
  void ring() noexcept {
    if ((word_.load() & k_heard) != 0) ring_one();
  }
  void ring_for_all() noexcept;

  /// From now on a ring is heard. Returns: what to pass to sleep(). Also for who was woken and has
  /// what it wants: the ring that woke it took `heard` away from others that sleep.
  std::uint32_t listen() noexcept { return word_.fetch_or(k_heard) | k_heard; }
  /// Sleeps until a ring since listen(). Returns: false if `deadline` passed.
  bool sleep(std::uint32_t heard, Deadline deadline) const;

 private:
  void ring_one() noexcept;

  static constexpr std::uint32_t k_heard = 1;  ///< somebody may sleep
  static constexpr std::uint32_t k_one_ring = 2;
  std::atomic<std::uint32_t> word_{0};
};

}  // namespace hilo::detail::queue
