// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include "hilo/detail/export.hpp"

/// What the program's end means for daemons, which go on meanwhile (docs/design/daemons.md).
namespace hilo::detail {

/// Whether daemons run while static objects die: a destructor then leaves to them, and the system,
/// what they may be working with.
[[nodiscard]] HILO_EXPORT bool daemons_outlive_objects() noexcept;

/// Does not return from a daemon while the program is ending, unless somebody joins it: before it
/// touches what may be gone.
HILO_EXPORT void stand_still_if_daemon();

/// Holds a T, which is left to the daemons, and not destroyed, if they outlive static objects.
template <class T>
class LeftToDaemons {
 public:
  template <class... Args>
  explicit LeftToDaemons(Args&&... args) : object_(std::forward<Args>(args)...) {}
  ~LeftToDaemons() {
    if (!daemons_outlive_objects()) std::destroy_at(&object_);
  }
  LeftToDaemons(const LeftToDaemons&) = delete;
  LeftToDaemons& operator=(const LeftToDaemons&) = delete;

  [[nodiscard]] T* operator->() noexcept { return &object_; }
  [[nodiscard]] const T* operator->() const noexcept { return &object_; }

 private:
  union {
    T object_;
  };
};

}  // namespace hilo::detail
