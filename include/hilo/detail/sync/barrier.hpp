// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/lock.hpp"
#include "hilo/detail/sync/slots.hpp"

namespace hilo::detail::sync {

template <class Scope>
class Sleeper;
enum class Slept;

/// Checks a public argument. Throws: ValueError if a barrier cannot be for so many.
[[nodiscard]] HILO_EXPORT std::uint32_t checked_parties(std::int64_t parties);

/// Holds threads back until `parties` of them have come. Valid when zeroed, for none.
template <class Scope>
class Barrier {
 public:
  /// Before the barrier is shared.
  void start_with(std::uint32_t parties) noexcept {
    parties_ = parties;
    section_.recover_silently(true);
  }

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
  // The phase word, on which all sleep: a status, whether anybody sleeps, the number of
  // completions. Only the section's holder changes the status and the number. Breaking does not
  // change the number: who waited in a completed phase sees another number, and nobody else does.
  enum Status : std::uint32_t { k_filling, k_acting, k_broken, k_resetting };
  static constexpr std::uint32_t k_status = 3;
  static constexpr std::uint32_t k_sleepers = 4;
  static constexpr std::uint32_t k_completion = 8;
  static constexpr std::uint32_t k_completions = ~(k_status | k_sleepers);

  /// Who came in which phase; matters only while that phase lasts. In a shared scope only.
  struct Slot {
    std::atomic<std::uint32_t> owner;       ///< written last when coming
    std::atomic<std::uint32_t> completion;  ///< the phase
  };
  struct Arrival {
    std::uint32_t index;
    std::uint32_t phase;  ///< as it was when the caller came
    Slot* slot;
  };
  class Section;

  Arrival arrive(Deadline deadline, bool has_action);
  void wait_for_others(const Arrival& mine, Deadline deadline);
  Slept sleep_on(std::uint32_t seen, Sleeper<Scope>& sleeper, Deadline deadline);
  void act(const Arrival& mine, const std::function<void()>& action);

  static constexpr std::uint32_t k_inline_slots = Scope::k_shared ? 8 : 1;

  std::atomic<std::uint32_t> phase_;
  std::atomic<std::uint32_t> arrived_;  ///< written in the section; among processes the slots rule
  std::uint32_t parties_;
  Lock<Scope> section_;
  SlotRow<Scope, Slot, k_inline_slots> slots_;
};

extern template class HILO_EXPORT Barrier<ThreadScope>;

}  // namespace hilo::detail::sync
