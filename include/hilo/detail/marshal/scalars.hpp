// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

#include "hilo/marshal/codec.hpp"

namespace hilo::marshal::detail {

/// How the types known from the start cross; one specialisation each.
template <class T>
struct builtin;

template <class T>
consteval bool is_boolean() {
  if constexpr (std::is_enum_v<T>) {
    return std::is_same_v<std::underlying_type_t<T>, bool>;
  } else {
    return std::is_same_v<T, bool>;
  }
}

template <class T>
requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) struct builtin<T> {
  using parts = marshal::parts<>;
  /// The x87 long double has ten bytes, and padding that must not leave the process.
  static constexpr std::size_t k_least_size =
      std::is_same_v<T, long double> && std::numeric_limits<long double>::digits == 64 ? 10
                                                                                       : sizeof(T);
  /// A bool from outside must be looked at, so it is never copied in bulk.
  static constexpr bool k_packed = !is_boolean<T>() && k_least_size == sizeof(T);

  static void write(Writer& out, const T& value) { out.write_bytes(&value, k_least_size); }

  static T read(Reader& in) {
    if constexpr (is_boolean<T>()) {
      return static_cast<T>(in.read_bool());
    } else {
      T value{};
      in.read_bytes(&value, k_least_size);
      return value;
    }
  }
};

/// `count` elements that stand side by side.
template <class T>
void put_all(Writer& out, const T* elements, std::size_t count) {
  if constexpr (is_packed<T>()) {
    out.write_bytes(elements, count * sizeof(T));
  } else {
    for (std::size_t i = 0; i < count; ++i) put(out, elements[i]);
  }
}

template <class T, std::size_t count>
struct builtin<T[count]> {
  using parts = marshal::parts<T>;
  static constexpr std::size_t k_least_size = count * least_size<T>();
  static constexpr bool k_packed = is_packed<T>();

  static void write(Writer& out, const T (&elements)[count]) { put_all(out, elements, count); }
};

template <class T, std::size_t count>
struct builtin<std::array<T, count>> {
  using parts = marshal::parts<T>;
  static constexpr std::size_t k_least_size = count * least_size<T>();
  static constexpr bool k_packed = count != 0 && is_packed<T>();

  static void write(Writer& out, const std::array<T, count>& elements) {
    put_all(out, elements.data(), count);
  }
  static std::array<T, count> read(Reader& in) {
    constexpr std::size_t k_most_in_one_expression = 32;
    if constexpr (count > k_most_in_one_expression && std::is_default_constructible_v<T>) {
      std::array<T, count> elements{};
      for (T& element : elements) element = get<T>(in);
      return elements;
    } else {
      return read_at_once(in, std::make_index_sequence<count>());
    }
  }

 private:
  /// Asks nothing of T but to be made.
  template <std::size_t... Is>
  static std::array<T, count> read_at_once([[maybe_unused]] Reader& in,
                                           std::index_sequence<Is...>) {
    return {{(static_cast<void>(Is), get<T>(in))...}};
  }
};

}  // namespace hilo::marshal::detail
