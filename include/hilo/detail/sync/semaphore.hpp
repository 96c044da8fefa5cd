// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/permit.hpp"
#include "hilo/detail/sync/scope.hpp"

namespace hilo::detail::sync {

/// A semaphore has at most this many permits.
constexpr std::uint32_t k_most_permits = k_value_mask;

/// Checks a public argument. Throws: ValueError if a semaphore cannot start with `value`.
[[nodiscard]] HILO_EXPORT std::uint32_t checked_permits(std::int64_t value);

/// A number of permits on one word. Nobody owns a permit: a dead holder's is lost. Valid when
/// zeroed, with no permit.
template <class Scope>
class Semaphore {
 public:
  /// Before the semaphore is shared.
  void start_with(std::uint32_t permits) noexcept {
    word_.store(permits, std::memory_order_relaxed);
  }

  /// Blocks:  until the caller got a permit or `deadline` passes.
  /// Returns: true if it got one.
  [[nodiscard]] bool acquire(Deadline deadline) {
    std::uint32_t word = word_.load(std::memory_order_relaxed);
    while (permit_value(word) != 0 && (word & k_starving) == 0) {
      // acquire: what the permit's releaser did stands before what the caller does.
      if (word_.compare_exchange_weak(word, word - 1, std::memory_order_acquire,
                                      std::memory_order_relaxed)) {
        return true;
      }
    }
    return acquire_slow(deadline);
  }

  /// Gives `count` permits, if that makes `most` at most.
  /// Throws: ValueError if `count` is below 1 or there would be more.
  void release(std::int64_t count = 1, std::uint32_t most = k_most_permits) {
    std::uint32_t word = word_.load(std::memory_order_relaxed);
    if (count == 1 && word < most) {  // so nobody sleeps
      // release: what the caller did stands before what the permit's next holder does.
      if (word_.compare_exchange_strong(word, word + 1, std::memory_order_release,
                                        std::memory_order_relaxed)) {
        return;
      }
    }
    release_slow(count, most);
  }

  [[nodiscard]] std::uint32_t value() const noexcept {
    return permit_value(word_.load(std::memory_order_acquire));
  }

 private:
  bool acquire_slow(Deadline deadline);
  void release_slow(std::int64_t count, std::uint32_t most);

  std::atomic<std::uint32_t> word_;
};

extern template class HILO_EXPORT Semaphore<ThreadScope>;

}  // namespace hilo::detail::sync
