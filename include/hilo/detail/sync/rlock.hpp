// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/sync/lock.hpp"

namespace hilo::detail::sync {

/// A lock that its owning thread may acquire again. Valid when zeroed.
template <class Scope>
class RLock {
 public:
  /// As Lock::acquire; at once if the calling thread holds the lock.
  [[nodiscard]] bool acquire(Deadline deadline) {
    if (is_owned()) {
      set(count_, get(count_) + 1);
      return true;
    }
    if (!lock_.acquire(deadline)) return false;
    own(1);
    return true;
  }

  /// Throws: RuntimeError if the calling thread does not hold the lock.
  void release() {
    if (!is_owned()) refuse_release();
    if (const std::uint32_t count = get(count_); count > 1) return set(count_, count - 1);
    disown();
    lock_.release();
  }

  [[nodiscard]] bool locked() const noexcept { return lock_.locked(); }

  /// Whether the calling thread holds the lock.
  [[nodiscard]] bool is_owned() const noexcept {
    // The words are relaxed: only the caller itself ever writes its own numbers here. The process
    // stands beside the thread because a dead owner's thread may have had the caller's number.
    if (get(thread_) != Scope::thread()) return false;
    if constexpr (Scope::k_shared) return get(process_) == Scope::self() && lock_.is_owned();
    return true;
  }

  /// As Lock's; the caller then holds it once, or, after a wait(), as often as before.
  void recover() {
    const bool mine = is_owned();
    lock_.recover();
    if (!mine) own(1);
  }
  [[nodiscard]] bool recovered() const noexcept { return lock_.recovered(); }
  void recover_silently(bool yes) noexcept { lock_.recover_silently(yes); }

  /// For Condition: gives the lock up however often it is held; what to give to take_back().
  std::uint32_t give_up() {
    const std::uint32_t count = get(count_);
    disown();
    lock_.release();
    return count;
  }
  /// For Condition: as Lock's.
  [[nodiscard]] bool take_back(std::uint32_t given_up) {
    const bool sound = lock_.take_back(1);
    own(given_up);
    return sound;
  }

 private:
  using Word = std::atomic<std::uint32_t>;
  // Written by the holder only; lock_ orders them.
  static std::uint32_t get(const Word& word) noexcept {
    return word.load(std::memory_order_relaxed);
  }
  static void set(Word& word, std::uint32_t value) noexcept {
    word.store(value, std::memory_order_relaxed);
  }

  // Killed between two of these stores, the holder leaves a dead owner's lock, whose recover() or
  // silent taking writes all of them anew.
  void own(std::uint32_t count) noexcept {
    set(count_, count);
    if constexpr (Scope::k_shared) {
      // A dead owner's thread number must not stand beside this process's number.
      set(thread_, 0);
      process_.store(Scope::self(), std::memory_order_release);
      thread_.store(Scope::thread(), std::memory_order_release);
    } else {
      set(thread_, Scope::thread());
    }
  }
  void disown() noexcept { set(thread_, 0); }
  [[noreturn]] static void refuse_release();

  Lock<Scope> lock_;
  Word thread_;   ///< the owning thread in its process, or 0
  Word process_;  ///< shared scope: the process in which that thread is
  Word count_;
};

extern template class HILO_EXPORT RLock<ThreadScope>;

}  // namespace hilo::detail::sync
