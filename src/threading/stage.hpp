// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "os/park.hpp"

namespace hilo::detail {

/// A small enumeration that threads can wait on to change. Setting it costs a system call only
/// while somebody waits.
template <class Value>
class Stage {
 public:
  explicit constexpr Stage(Value value) noexcept : word_(static_cast<std::uint32_t>(value)) {}

  // seq_cst, here and in move(): of two who each set one stage and then look at the other's, one
  // sees both set.
  [[nodiscard]] Value get() const noexcept { return static_cast<Value>(word_.load() & ~k_parked); }

  void set(Value value) noexcept { wake(word_.exchange(static_cast<std::uint32_t>(value))); }

  /// Sets it to `to` if it is `from`. Returns: whether it was.
  bool move(Value from, Value to) noexcept {
    std::uint32_t seen = word_.load();
    while ((seen & ~k_parked) == static_cast<std::uint32_t>(from)) {
      if (word_.compare_exchange_weak(seen, static_cast<std::uint32_t>(to))) {
        wake(seen);
        return true;
      }
    }
    return false;
  }

  /// Waits while it is `value`; may come back early, so look again.
  /// Returns: false if the deadline passed.
  bool wait_while(Value value, Deadline deadline) const {
    std::uint32_t seen = word_.load(std::memory_order_acquire);
    while ((seen & ~k_parked) == static_cast<std::uint32_t>(value)) {
      if ((seen & k_parked) == 0 && !word_.compare_exchange_weak(seen, seen | k_parked)) continue;
      return os::park(word_, seen | k_parked, deadline, os::ParkScope::in_process) ==
             os::ParkResult::woken;
    }
    return true;
  }

 private:
  static constexpr std::uint32_t k_parked = 1U << 31U;

  void wake(std::uint32_t old) noexcept {
    if ((old & k_parked) != 0) os::unpark(word_, os::k_everybody, os::ParkScope::in_process);
  }

  mutable std::atomic<std::uint32_t> word_;
};

}  // namespace hilo::detail
