// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/scope.hpp"

namespace hilo::detail::sync {

/// A flag to wait for, on one word. Valid when zeroed, clear.
template <class Scope>
class Event {
 public:
  [[nodiscard]] bool is_set() const noexcept {
    // acquire: what was done before set() is seen by who sees the flag.
    return (word_.load(std::memory_order_acquire) & k_set) != 0;
  }
  /// Releases all who wait, also if clear() follows at once.
  void set() noexcept;
  void clear() noexcept {
    // relaxed: a clear flag tells nobody anything.
    word_.fetch_and(~k_set, std::memory_order_relaxed);
  }
  /// Returns: false if `deadline` passed first.
  bool wait(Deadline deadline) { return is_set() || wait_slow(deadline); }

 private:
  static constexpr std::uint32_t k_set = 1;
  static constexpr std::uint32_t k_sleepers = 2;
  static constexpr std::uint32_t k_one_set = 4;  ///< the rest of the word counts the set() calls

  bool wait_slow(Deadline deadline);

  std::atomic<std::uint32_t> word_;
};

extern template class HILO_EXPORT Event<ThreadScope>;

}  // namespace hilo::detail::sync
