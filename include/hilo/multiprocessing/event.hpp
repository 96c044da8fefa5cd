// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/family/shared_state.hpp"
#include "hilo/detail/family/sync.hpp"
#include "hilo/detail/sync/event_face.hpp"

namespace hilo::multiprocessing {

/// A flag that processes wait for.
///
/// A handle: a copy is the same event, also in another process.
///
/// Python:    multiprocessing.Event; differs: set() and clear() at once release those who wait.
/// Safe from: any thread; all but wait() also from a signal handler.
class Event : public detail::sync::EventFace<Event>,
              public detail::family::SharedState<detail::sync::Event<detail::family::FamilyScope>> {
 public:
  using SharedState::SharedState;
  /// Throws: std::system_error if there is no memory.
  Event() = default;

 private:
  friend class detail::sync::EventFace<Event>;
};

}  // namespace hilo::multiprocessing
