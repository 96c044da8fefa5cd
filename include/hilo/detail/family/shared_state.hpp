// SPDX-License-Identifier: MIT
#pragma once

#include <tuple>
#include <utility>

#include "hilo/detail/family/handle.hpp"

namespace hilo::detail::family {

/// A handle to a `State` in the family's memory, valid when zeroed: what most `mp` objects are.
/// Copies are the same object, also in other processes. Moved from, a handle may only be assigned
/// to or destroyed.
template <class State>
class SharedState {
 public:
  /// For HandleAccess alone.
  SharedState(HandleAccess, ObjectRef object) noexcept
      : object_(std::move(object)), state_(static_cast<State*>(object_.payload())) {}

  /// The same object, and an order that all processes agree on.
  friend bool operator==(const SharedState& a, const SharedState& b) noexcept {
    return a.object_ == b.object_;
  }
  friend auto operator<=>(const SharedState& a, const SharedState& b) noexcept {
    return a.object_ <=> b.object_;
  }

 protected:
  /// A new state. Throws: std::system_error if there is no memory.
  SharedState() : SharedState(HandleAccess::tag(), ObjectRef::create(sizeof(State))) {}

  [[nodiscard]] State& state() const noexcept { return *state_; }
  [[nodiscard]] const ObjectRef& object() const noexcept { return object_; }

 private:
  friend class HandleAccess;
  auto parts() const noexcept { return std::tie(object_); }

  ObjectRef object_;
  State* state_;
};

}  // namespace hilo::detail::family
