// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "hilo/detail/deadline.hpp"

namespace hilo::detail::sync {

/// What a Barrier offers, among threads and among processes. `Self` has `state()`, `action()` and
/// `timeout()`, which a wait() that names none has.
template <class Self>
class BarrierFace {
 public:
  using Seconds = std::chrono::duration<double>;

  /// Waits until all have come.
  ///
  /// Returns: the caller's number among them, from 0 to parties() - 1, each once.
  /// Throws:  BrokenBarrierError if it is broken, or becomes so meanwhile by abort(), reset(), a
  ///          waiter out of time or a throwing action, among processes also by a waiter's death;
  ///          what the action throws, in who runs it.
  std::int64_t wait() const {
    const std::optional<Seconds> timeout = self().timeout();
    return wait_until(timeout ? Deadline::after(*timeout) : Deadline::never());
  }
  /// Waits at most `timeout` for the others to come; if it passes, the barrier is broken for all.
  /// While the action runs nobody is out of time.
  ///
  /// Throws: as wait(); ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  std::int64_t wait(std::chrono::duration<Rep, Period> timeout) const {
    return wait_until(Deadline::after(timeout));
  }

  /// Makes it empty and whole; who waits gets BrokenBarrierError.
  void reset() const { self().state().reset(); }
  /// Breaks it: who waits, or comes before reset(), gets BrokenBarrierError.
  void abort() const { self().state().abort(); }

  [[nodiscard]] std::int64_t parties() const noexcept { return self().state().parties(); }
  [[nodiscard]] std::int64_t n_waiting() const noexcept { return self().state().waiting(); }
  [[nodiscard]] bool broken() const noexcept { return self().state().broken(); }

 protected:
  BarrierFace() = default;
  ~BarrierFace() = default;

 private:
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }
  std::int64_t wait_until(Deadline deadline) const {
    return self().state().wait(deadline, self().action());
  }
};

}  // namespace hilo::detail::sync
