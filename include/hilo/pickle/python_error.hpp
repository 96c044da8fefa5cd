// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

#include "hilo/detail/export.hpp"
#include "hilo/pickle/object.hpp"

namespace hilo::pickle {

/// An exception of a Python program that C++ has no type for; says its type and message.
class HILO_EXPORT PythonError : public std::runtime_error {
 public:
  /// Throws: ValueError if `object` is no exception.
  explicit PythonError(const Object& object);

  /// The exception: type_name(), args().
  [[nodiscard]] const Object& object() const noexcept { return object_; }

 private:
  Object object_;
};

}  // namespace hilo::pickle
