// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/cpu_relax.hpp"
#include "os/park.hpp"
#include "trace/trace.hpp"

namespace hilo::detail::sync {

enum class Slept { woken, slice_over, timed_out };

/// One wait's sleep. In a shared scope it comes in slices, so that a waiter looks again by itself
/// when whoever should wake it was killed between its store and its unpark().
template <class Scope>
class Sleeper {
 public:
  /// `what` is waited for, in a trace; must outlive this.
  explicit constexpr Sleeper(const char* what) noexcept : traced_(what) {}

  Slept sleep(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) {
    if constexpr (Scope::k_shared) return slice(word, expected, deadline);
    traced_.sleeps();
    return os::park(word, expected, deadline, k_scope) == os::ParkResult::woken ? Slept::woken
                                                                                : Slept::timed_out;
  }

  /// In slices in any scope.
  Slept slice(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) {
    traced_.sleeps();
    if (os::sleep_on(word, expected, deadline.sooner(slice_), k_scope) == os::ParkResult::woken) {
      return Slept::woken;
    }
    if (deadline.passed()) {
      os::call_park_hook();
      return Slept::timed_out;
    }
    slice_ = std::min(2 * slice_, k_longest_slice);
    return Slept::slice_over;
  }

 private:
  static constexpr auto k_scope =
      Scope::k_shared ? os::ParkScope::shared : os::ParkScope::in_process;
  static constexpr std::int64_t k_first_slice = 10'000'000;
  static constexpr std::int64_t k_longest_slice = 160'000'000;
  std::int64_t slice_ = k_first_slice;
  trace::Wait traced_;
};

template <class Scope>
int wake(const std::atomic<std::uint32_t>& word, int count) noexcept {
  return os::unpark(word, count,
                    Scope::k_shared ? os::ParkScope::shared : os::ParkScope::in_process);
}

/// For how many pauses of the processor a wait looks before it sleeps, where another processor can
/// make what it waits for happen; 0 where there is none.
[[nodiscard]] int spin_limit() noexcept;

/// Looks with `done()` a while, ever less often: each look takes the word's cache line from whoever
/// works with it. Returns: what the last look said.
template <class Done>
bool spin(Done&& done) {
  constexpr int k_longest_pause = 64;
  int left = spin_limit();
  for (int pause = 1; left > 0; pause = std::min(2 * pause, k_longest_pause)) {
    if (done()) return true;
    for (int i = 0; i < pause; ++i) cpu_relax();
    left -= pause;
  }
  return done();
}

}  // namespace hilo::detail::sync
