// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/barrier.hpp"

namespace hilo::threading {

/// Holds threads back until a number of them have come; then all go on, and it can be used again.
///
/// Python:    threading.Barrier; differs: the action runs without a lock, so it may use the
/// barrier. Safe from: any thread; not from a signal handler.
///
///     hilo::threading::Barrier line(4);
///     if (line.wait() == 0) print("one of four says it");
class Barrier {
 public:
  using Seconds = std::chrono::duration<double>;

  /// For `parties` threads. The last to come runs `action` before all go on. `timeout` holds for
  /// each wait() that names none.
  ///
  /// Throws: ValueError if `parties` is below 1.
  explicit Barrier(std::int64_t parties, std::function<void()> action = {},
                   std::optional<Seconds> timeout = {})
      : action_(std::move(action)), timeout_(timeout) {
    barrier_.start_with(detail::sync::checked_parties(parties));
  }
  ~Barrier() { barrier_.destroy(); }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  /// Waits until all have come.
  ///
  /// Returns: the caller's number among them, from 0 to parties() - 1, each once.
  /// Throws:  BrokenBarrierError if it is broken, or becomes so meanwhile by abort(), reset(), a
  ///          waiter out of time or a throwing action; what the action throws, in who runs it.
  std::int64_t wait() {
    return barrier_.wait(timeout_ ? detail::Deadline::after(*timeout_) : detail::Deadline::never(),
                         action_);
  }
  /// Waits at most `timeout`; if it passes, the barrier is broken for all.
  ///
  /// Throws: as wait(); ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  std::int64_t wait(std::chrono::duration<Rep, Period> timeout) {
    return barrier_.wait(detail::Deadline::after(timeout), action_);
  }

  /// Makes it empty and whole; who waits gets BrokenBarrierError.
  void reset() { barrier_.reset(); }
  /// Breaks it: who waits, or comes before reset(), gets BrokenBarrierError.
  void abort() { barrier_.abort(); }

  [[nodiscard]] std::int64_t parties() const noexcept { return barrier_.parties(); }
  [[nodiscard]] std::int64_t n_waiting() const noexcept { return barrier_.waiting(); }
  [[nodiscard]] bool broken() const noexcept { return barrier_.broken(); }

 private:
  std::function<void()> action_;
  std::optional<Seconds> timeout_;
  detail::sync::Barrier<detail::sync::ThreadScope> barrier_{};
};

}  // namespace hilo::threading
