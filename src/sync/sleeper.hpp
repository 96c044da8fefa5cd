// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/cpu_relax.hpp"
#include "os/park.hpp"

namespace hilo::detail::sync {

enum class Slept { woken, slice_over, timed_out };

/// One wait's sleep. In a shared scope it comes in slices, so that a waiter looks again by itself
/// when whoever should wake it was killed between its store and its unpark().
template <class Scope>
class Sleeper {
 public:
  Slept sleep(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) {
    if constexpr (Scope::k_shared) {
      const Deadline until = deadline.sooner(slice_);
      if (os::park(word, expected, until, os::ParkScope::shared) == os::ParkResult::woken) {
        return Slept::woken;
      }
      if (deadline.passed()) return Slept::timed_out;
      slice_ = std::min(2 * slice_, k_longest_slice);
      return Slept::slice_over;
    } else {
      return os::park(word, expected, deadline, os::ParkScope::in_process) ==
                     os::ParkResult::woken
                 ? Slept::woken
                 : Slept::timed_out;
    }
  }

 private:
  static constexpr std::int64_t k_first_slice = 10'000'000;
  static constexpr std::int64_t k_longest_slice = 160'000'000;
  std::int64_t slice_ = k_first_slice;
};

template <class Scope>
int wake(const std::atomic<std::uint32_t>& word, int count) noexcept {
  return os::unpark(word, count,
                    Scope::k_shared ? os::ParkScope::shared : os::ParkScope::in_process);
}

/// How often a wait looks before it sleeps, where another processor can make what it waits for
/// happen; 1 where there is none.
[[nodiscard]] int spin_limit() noexcept;

/// Looks with `done()` a while, ever less often. Returns: what the last look said.
template <class Done>
bool spin(Done&& done) {
  const int limit = spin_limit();
  for (int i = 0; i < limit; ++i) {
    if (done()) return true;
    cpu_relax();
  }
  return done();
}

}  // namespace hilo::detail::sync
