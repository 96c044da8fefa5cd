// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/lock.hpp"
#include "hilo/detail/sync/slots.hpp"

namespace hilo::detail::sync {

/// Checks a public argument. Throws: ValueError if a barrier cannot be for so many.
[[nodiscard]] HILO_EXPORT std::uint32_t checked_parties(std::int64_t parties);

/// Holds threads back until `parties` of them have come. Valid when zeroed, for none.
template <class Scope>
class Barrier {
 public:
  /// Before the barrier is shared.
  void start_with(std::uint32_t parties) noexcept { parties_ = parties; }

  /// Waits until all have come; the last to come runs `action` first.
  ///
  /// Returns: this caller's number among them, 0 to parties - 1, each once.
  /// Throws:  BrokenBarrierError if the barrier is or becomes broken: a waiter's `deadline` passed,
  ///          abort(), reset(), the action threw, a waiter died; what the action throws.
  std::uint32_t wait(Deadline deadline, const std::function<void()>& action);

  /// Makes it empty and whole again; who waits gets BrokenBarrierError.
  void reset();
  /// Breaks it: who waits or comes gets BrokenBarrierError until reset().
  void abort();

  [[nodiscard]] std::uint32_t parties() const noexcept { return parties_; }
  [[nodiscard]] std::uint32_t waiting() const noexcept;
  [[nodiscard]] bool broken() const noexcept;
  /// When nobody uses it any more.
  void destroy() noexcept { slots_.destroy(); }

 private:
  // The phase word, on which all sleep: status, whether anybody sleeps, number of completions.
  enum Status : std::uint32_t { filling, acting, breaking, resetting };
  static constexpr std::uint32_t k_status = 3;
  static constexpr std::uint32_t k_sleepers = 4;
  static constexpr std::uint32_t k_completion = 8;

  /// One who came; matters only while its phase lasts.
  struct Slot {
    std::atomic<std::uint32_t> owner;
    std::atomic<std::uint32_t> completion;  ///< the phase in which it came; written before `owner`
  };
  static constexpr std::uint32_t k_inline_slots = Scope::k_shared ? 8 : 1;

  class Section;
  struct Arrival;

  std::atomic<std::uint32_t> phase_;
  std::atomic<std::uint32_t> arrived_;
  std::uint32_t parties_;
  Lock<Scope> section_;
  SlotRow<Scope, Slot, k_inline_slots> slots_;
};

extern template class HILO_EXPORT Barrier<ThreadScope>;

}  // namespace hilo::detail::sync
