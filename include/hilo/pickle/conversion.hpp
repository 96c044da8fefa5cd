// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "hilo/detail/export.hpp"
#include "hilo/pickle/object.hpp"

namespace hilo::pickle {

/// Where in a value a conversion stands, for its error: a chain from the inside out.
struct Place {
  const Place* outer = nullptr;
  std::size_t index = 0;
  const Object* key = nullptr;  // in place of the index, in a dict

  /// Throws: ValueError: at this place is `found` where `wanted` should be.
  [[noreturn]] HILO_EXPORT void refuse(const Object& found, std::string_view wanted) const;
};

/// How a C++ type becomes a Python value and back. Specialise it for a type of yours:
///
///     template <>
///     struct hilo::pickle::conversion<Colour> {
///       static Object to_object(const Colour& colour) { return colour.name(); }
///       static Colour from_object(const Object& object, const Place& place) {
///         if (object.kind() != Object::Kind::str) place.refuse(object, "a colour");
///         return Colour(object.text());
///       }
///     };
///
/// Known from the start:
///   bool; integers and floats of any width (as<double>() takes an int, too)    bool; int; float
///   std::string in UTF-8; std::vector<std::byte>, marshal::Bytes               str; bytes
///   vector, deque, list                                            list; read from a tuple, too
///   pair, tuple                                                    tuple; read from a list, too
///   set, unordered_set                                             set; read from a frozenset, too
///   map, unordered_map                                             dict
///   optional                                                       None or the value
///   Object                                                         whatever it is
template <class T>
struct conversion;

}  // namespace hilo::pickle

namespace hilo {

template <class T>
requires(pickle::Convertible<pickle::detail::Other<T>>) Object::Object(const T& value)
    : Object(pickle::conversion<T>::to_object(value)) {}

template <class T>
T Object::as() const {
  static_assert(pickle::Convertible<T>,
                "hilo: this type has no Python counterpart; specialise hilo::pickle::conversion");
  return pickle::conversion<T>::from_object(*this, pickle::Place{});
}

}  // namespace hilo

#include "hilo/detail/pickle/containers.hpp"  // IWYU pragma: keep
#include "hilo/detail/pickle/scalars.hpp"     // IWYU pragma: keep
