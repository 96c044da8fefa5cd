// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/event.hpp"

namespace hilo::threading {

/// A flag that threads wait for.
///
/// Python:    threading.Event.
/// Safe from: any thread; not from a signal handler.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  [[nodiscard]] bool is_set() const noexcept { return event_.is_set(); }

  /// Releases all who wait, also if clear() follows at once.
  void set() noexcept { event_.set(); }
  void clear() noexcept { event_.clear(); }

  /// Waits until the flag is set.
  ///
  /// Returns: true.
  /// Throws:  std::system_error if the system refuses to let a thread sleep.
  bool wait() const { return event_.wait(detail::Deadline::never()); }

  /// Waits at most `timeout`, on the monotonic clock; only looks if that is zero or less.
  ///
  /// Returns: false if the time passed first.
  /// Throws:  as wait(); ValueError for a timeout that is not a number.
  template <class Rep, class Period>
  bool wait(std::chrono::duration<Rep, Period> timeout) const {
    return event_.wait(detail::Deadline::after(timeout));
  }

 private:
  mutable detail::sync::Event<detail::sync::ThreadScope> event_{};
};

}  // namespace hilo::threading
