// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/marshal/type_name.hpp"
#include "hilo/marshal/bytes.hpp"
#include "hilo/pickle/conversion.hpp"

namespace hilo::pickle {

namespace detail {

// Each throws ValueError, at `place`, if `object` is of another kind or the type cannot hold it.
[[nodiscard]] HILO_EXPORT bool to_bool(const Object& object, const Place& place);
[[nodiscard]] HILO_EXPORT double to_double(const Object& object, std::string_view wanted,
                                           const Place& place);
[[nodiscard]] HILO_EXPORT std::int64_t to_signed(const Object& object, std::int64_t least,
                                                 std::int64_t most, std::string_view wanted,
                                                 const Place& place);
[[nodiscard]] HILO_EXPORT std::uint64_t to_unsigned(const Object& object, std::uint64_t most,
                                                    std::string_view wanted, const Place& place);
[[nodiscard]] HILO_EXPORT std::string to_string(const Object& object, const Place& place);
[[nodiscard]] HILO_EXPORT std::span<const std::byte> to_bytes(const Object& object,
                                                              const Place& place);

}  // namespace detail

template <>
struct conversion<Object> {
  static Object to_object(const Object& value) { return value; }
  static Object from_object(const Object& object, const Place& /*place*/) { return object; }
};

template <>
struct conversion<bool> {
  static Object to_object(bool value) { return value; }
  static bool from_object(const Object& object, const Place& place) {
    return detail::to_bool(object, place);
  }
};

template <Integer T>
struct conversion<T> {
  static Object to_object(T value) { return value; }
  static T from_object(const Object& object, const Place& place) {
    using Limits = std::numeric_limits<T>;
    constexpr std::string_view k_name = marshal::detail::type_name<T>();
    if constexpr (std::is_signed_v<T>) {
      return static_cast<T>(detail::to_signed(object, Limits::min(), Limits::max(), k_name, place));
    } else {
      return static_cast<T>(detail::to_unsigned(object, Limits::max(), k_name, place));
    }
  }
};

template <std::floating_point T>
struct conversion<T> {
  static Object to_object(T value) { return value; }
  static T from_object(const Object& object, const Place& place) {
    return static_cast<T>(detail::to_double(object, marshal::detail::type_name<T>(), place));
  }
};

template <>
struct conversion<std::string> {
  static Object to_object(const std::string& value) { return value; }
  static std::string from_object(const Object& object, const Place& place) {
    return detail::to_string(object, place);
  }
};

template <>
struct conversion<std::vector<std::byte>> {
  static Object to_object(const std::vector<std::byte>& value) { return Object::bytes(value); }
  static std::vector<std::byte> from_object(const Object& object, const Place& place) {
    const std::span<const std::byte> bytes = detail::to_bytes(object, place);
    return {bytes.begin(), bytes.end()};
  }
};

template <>
struct conversion<marshal::Bytes> {
  static Object to_object(const marshal::Bytes& value) { return Object::bytes(value); }
  static marshal::Bytes from_object(const Object& object, const Place& place) {
    return marshal::Bytes(detail::to_bytes(object, place));
  }
};

}  // namespace hilo::pickle
