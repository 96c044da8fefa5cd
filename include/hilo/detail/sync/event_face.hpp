// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "hilo/detail/deadline.hpp"

namespace hilo::detail::sync {

/// What an Event offers, among threads and among processes. `Self` has `state()`.
template <class Self>
class EventFace {
 public:
  [[nodiscard]] bool is_set() const noexcept { return event().is_set(); }

  /// Releases all who wait, also if clear() follows at once.
  void set() const noexcept { event().set(); }
  void clear() const noexcept { event().clear(); }

  /// Waits until the flag is set.
  ///
  /// Returns: true.
  /// Throws:  std::system_error if the system refuses to let a thread sleep.
  bool wait() const { return event().wait(Deadline::never()); }

  /// Waits at most `timeout`, on the monotonic clock; only looks if that is zero or less.
  ///
  /// Returns: false if the time passed first.
  /// Throws:  as wait(); ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  bool wait(std::chrono::duration<Rep, Period> timeout) const {
    return event().wait(Deadline::after(timeout));
  }

 protected:
  EventFace() = default;
  ~EventFace() = default;

 private:
  auto& event() const noexcept { return static_cast<const Self&>(*this).state(); }
};

}  // namespace hilo::detail::sync
