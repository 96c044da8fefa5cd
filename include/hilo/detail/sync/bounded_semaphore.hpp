// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/sync/semaphore.hpp"
#include "hilo/detail/sync/slots.hpp"

namespace hilo::detail::sync {

/// A semaphore whose permits never become more than it started with. Zeroed, it has none and takes
/// none.
template <class Scope, bool shared = Scope::k_shared>
class BoundedSemaphore {
 public:
  /// Before the semaphore is shared.
  void start_with(std::uint32_t permits) noexcept {
    initial_ = permits;
    permits_.start_with(permits);
  }
  /// As Semaphore::acquire.
  [[nodiscard]] bool acquire(Deadline deadline) { return permits_.acquire(deadline); }
  /// Throws: ValueError if `count` is below 1 or above the number of permits that are taken.
  void release(std::int64_t count = 1) { permits_.release(count, initial_); }
  [[nodiscard]] std::uint32_t value() const noexcept { return permits_.value(); }
  void destroy() noexcept {}

 private:
  Semaphore<Scope> permits_;
  std::uint32_t initial_;
};

/// Among processes each taken permit stands in a slot with its holder's name: a dead holder's comes
/// back. Taking and giving are one store each.
template <class Scope>
class BoundedSemaphore<Scope, true> {
 public:
  void start_with(std::uint32_t permits) noexcept { initial_ = permits; }
  [[nodiscard]] bool acquire(Deadline deadline);
  /// The caller's process gives permits that it took, or, if it has none, somebody else's.
  /// Throws: ValueError if `count` is below 1 or above the number of permits that are taken.
  void release(std::int64_t count = 1);
  [[nodiscard]] std::uint32_t value();
  /// When nobody uses it any more.
  void destroy() noexcept { taken_.destroy(); }

 private:
  struct Slot {
    std::atomic<std::uint32_t> holder;  ///< who took this permit, or 0
  };
  static constexpr std::uint32_t k_inline_slots = 8;

  bool take();
  void announce() noexcept;

  std::atomic<std::uint32_t> epoch_;  ///< flags of a permit word, and how often sleepers were woken
  std::uint32_t initial_;
  SlotRow<Scope, Slot, k_inline_slots> taken_;
};

}  // namespace hilo::detail::sync
