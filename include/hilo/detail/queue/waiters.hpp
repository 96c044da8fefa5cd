// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/sync/lock.hpp"

namespace hilo::detail::queue {

using Lock = sync::Lock<sync::ThreadScope>;

class Guard {
 public:
  explicit Guard(Lock& lock) : lock_(lock) { (void)lock_.acquire(Deadline::never()); }
  ~Guard() { lock_.release(); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  Lock& lock_;
};

/// One thread's wait. It stands on the thread's stack and the thread sleeps on its word, so a queue
/// that dies while a daemon sleeps in it is not touched any more.
class Waiter {
 public:
  /// Ends this sleep and all later ones. From any thread.
  HILO_EXPORT void stop() noexcept;
  [[nodiscard]] bool stopped() const noexcept { return (word_.load() & k_stopped) != 0; }

 private:
  friend class Waiters;
  static constexpr std::uint32_t k_waiting = 1;
  static constexpr std::uint32_t k_stopped = 2;

  // seq_cst throughout: these are slow paths.
  std::atomic<std::uint32_t> word_{0};
  Waiter* next_ = nullptr;
  Waiter* previous_ = nullptr;
};

/// Whom to wake once the lock is released: the word may be gone by then, its address is enough.
using Sleeper = const std::atomic<std::uint32_t>*;
HILO_EXPORT void wake_sleeper(Sleeper sleeper) noexcept;

/// Those who wait, the longest first. All calls under one lock of the queue's, but sleep().
class HILO_EXPORT Waiters {
 public:
  /// `in_front`: it was here before and was woken in vain.
  void add(Waiter& waiter, bool in_front) noexcept;
  /// Sleeps after add() and without the lock. Returns: true if woken, false if `deadline` passed or
  /// the waiter was stopped first; it does not wait any more then.
  [[nodiscard]] bool sleep(Waiter& waiter, Lock& lock, Deadline deadline);

  /// Wakes the first. Returns: what is still to be done without the lock, or null.
  [[nodiscard]] Sleeper pick() noexcept { return first_ == nullptr ? nullptr : pick_first(); }
  void wake_all() noexcept;

 private:
  void remove(Waiter& waiter) noexcept;
  Sleeper pick_first() noexcept;

  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

}  // namespace hilo::detail::queue
