// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/sync/event.hpp"
#include "hilo/detail/sync/event_face.hpp"

namespace hilo::threading {

/// A flag that threads wait for.
///
/// Python:    threading.Event.
/// Safe from: any thread; all but wait() also from a signal handler.
class Event : public detail::sync::EventFace<Event> {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

 private:
  friend class detail::sync::EventFace<Event>;
  auto& state() const noexcept { return event_; }

  mutable detail::sync::Event<detail::sync::ThreadScope> event_{};
};

}  // namespace hilo::threading
