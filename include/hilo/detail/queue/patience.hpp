// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>

#include "hilo/detail/deadline.hpp"

namespace hilo::detail::queue {

/// How long a call waits: true for ever, false not at all, a duration that long on the monotonic
/// clock; zero and less not at all.
class Patience {
 public:
  template <std::same_as<bool> Blocking>
  Patience(Blocking blocking) noexcept  // NOLINT(google-explicit-constructor): an argument's type
      : deadline_(blocking ? Deadline::never() : Deadline::poll()) {}

  /// Throws: ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  Patience(std::chrono::duration<Rep, Period> timeout)  // NOLINT(google-explicit-constructor)
      : deadline_(Deadline::after(timeout)) {}

  [[nodiscard]] Deadline deadline() const noexcept { return deadline_; }

 private:
  Deadline deadline_;
};

}  // namespace hilo::detail::queue
