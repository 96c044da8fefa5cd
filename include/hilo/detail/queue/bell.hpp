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
///
/// The bell itself is never freed, only lent again: who was waited for may end its queue while the
/// one that put is about to ring. A ring too many wakes somebody who looks and sleeps again.
class HILO_EXPORT Bell {
 public:
  /// Throws: std::bad_alloc.
  Bell() : lent_(lend()) {}
  ~Bell() { take_back(lent_); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  /// What to ring after the queue may have ended.
  class Rope;
  [[nodiscard]] Rope rope() const noexcept;

  void ring_for_all() const noexcept;
  /// From now on a ring is heard. Returns: what to pass to sleep(). Also for who was woken and has
  /// what it wants: the ring that woke it made others unheard who sleep.
  [[nodiscard]] std::uint32_t listen() const noexcept {
    return lent_->word.fetch_or(k_heard) | k_heard;
  }
  /// Sleeps until a ring since listen() or `deadline`.
  void sleep(std::uint32_t heard, Deadline deadline) const;

 private:
  struct Lent {
    alignas(64) std::atomic<std::uint32_t> word{0};
    Lent* next = nullptr;  ///< while nobody has it
  };
  static constexpr std::uint32_t k_heard = 1;  ///< somebody may sleep
  static constexpr std::uint32_t k_one_ring = 2;

  static std::atomic<Lent*> unused_;

  static Lent* lend();
  static void take_back(Lent* first) noexcept;
  static void ring_one(Lent& lent) noexcept;

  Lent* const lent_;
};

class Bell::Rope {
 public:
  /// After a seq_cst store.
  void ring() const noexcept {
    if ((lent_->word.load() & k_heard) != 0) ring_one(*lent_);
  }

 private:
  friend class Bell;
  explicit Rope(Lent* lent) noexcept : lent_(lent) {}
  Lent* lent_;
};

inline Bell::Rope Bell::rope() const noexcept { return Rope(lent_); }

}  // namespace hilo::detail::queue
