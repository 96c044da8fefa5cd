// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hilo/detail/marshal/scalars.hpp"
#include "hilo/detail/marshal/type_name.hpp"
#include "hilo/marshal/codec.hpp"

/// The standard's containers, known by their shape and their namespace, so that none of their
/// headers is included here. A container of somebody else may keep more than its elements, so it
/// needs a codec.
namespace hilo::marshal::detail {

/// string, vector, deque, list.
template <class T>
concept StdSequence = k_from_std<T> && requires(T& value, typename T::value_type element) {
  value.begin() != value.end();
  value.size();
  value.push_back(std::move(element));
};

/// set, map and their multi and unordered kinds.
template <class T>
concept StdAssociative = k_from_std<T> && requires(T& value) {
  typename T::key_type;
  value.begin() != value.end();
  value.size();
  value.emplace_hint(value.end());
};

template <class T>
concept StdForwardList = k_from_std<T> && requires(T& value) {
  value.before_begin();
  value.begin() != value.end();
};

/// Room for `count` elements, but never on the word of a length alone: elements that are much
/// larger in memory than in the bytes have to arrive before they get their room.
template <class Container>
void reserve(Container& container, const Reader& in, std::size_t count) {
  if constexpr (requires { container.reserve(count); }) {
    constexpr std::size_t k_spare = 4096;
    constexpr std::size_t k_swell = 8;
    const std::size_t room = k_spare + k_swell * in.bytes_left();
    container.reserve(std::min(count, room / sizeof(typename Container::value_type)));
  }
}

template <StdSequence T>
struct builtin<T> {
  using Element = typename T::value_type;
  using parts = marshal::parts<Element>;
  static constexpr std::size_t k_least_size = sizeof(std::uint64_t);
  static constexpr bool k_packed = false;
  static constexpr bool k_one_copy = is_packed<Element>() && requires(const T& value) {
    value.data();
  };

  static void write(Writer& out, const T& value) {
    out.write_count(value.size(), least_size<Element>());
    if constexpr (k_one_copy) {
      out.write_bytes(value.data(), value.size() * sizeof(Element));
    } else {
      const Writer::Nesting nesting(out);
      for (const auto& element : value) put<Element>(out, element);
    }
  }

  static T read(Reader& in) {
    const std::size_t count = in.read_count(least_size<Element>());
    if constexpr (k_one_copy) {
      return read_copy(in, count);
    } else {
      const Reader::Nesting nesting(in);
      T value;
      reserve(value, in, count);
      for (std::size_t i = 0; i < count; ++i) value.push_back(get<Element>(in));
      return value;
    }
  }

 private:
  static T read_copy(Reader& in, std::size_t count) {
    const std::byte* const source = in.take(count * sizeof(Element)).data();
    // From elements in place is one pass over the memory; resize() would be a second one.
    if (reinterpret_cast<std::uintptr_t>(source) % alignof(Element) == 0) {
      const auto* const elements = reinterpret_cast<const Element*>(source);
      return T(elements, elements + count);
    }
    T value(count, Element{});
    if (count != 0) std::memcpy(value.data(), source, count * sizeof(Element));
    return value;
  }
};

template <StdForwardList T>
struct builtin<T> {
  using Element = typename T::value_type;
  using parts = marshal::parts<Element>;
  static constexpr std::size_t k_least_size = sizeof(std::uint64_t);
  static constexpr bool k_packed = false;

  static void write(Writer& out, const T& value) {
    const Writer::Nesting nesting(out);
    const auto count = std::distance(value.begin(), value.end());
    out.write_count(static_cast<std::size_t>(count), least_size<Element>());
    for (const Element& element : value) put(out, element);
  }

  static T read(Reader& in) {
    const Reader::Nesting nesting(in);
    const std::size_t count = in.read_count(least_size<Element>());
    T value;
    auto last = value.before_begin();
    for (std::size_t i = 0; i < count; ++i) last = value.insert_after(last, get<Element>(in));
    return value;
  }
};

/// What a map or set decides with, and that it holds nothing: only the elements travel.
template <class T>
consteval bool has_stateless_order() {
  if constexpr (requires { typename T::hasher; }) {
    return std::is_empty_v<typename T::hasher> && std::is_empty_v<typename T::key_equal>;
  } else {
    return std::is_empty_v<typename T::key_compare>;
  }
}

template <class T>
struct AssociativeParts {
  using type = parts<typename T::key_type>;
};
template <class T>
requires requires { typename T::mapped_type; }
struct AssociativeParts<T> {
  using type = parts<typename T::key_type, typename T::mapped_type>;
};

template <StdAssociative T>
struct builtin<T> {
  using Key = typename T::key_type;
  using parts = typename AssociativeParts<T>::type;
  static constexpr bool k_is_map = requires { typename T::mapped_type; };
  static constexpr std::size_t k_least_size = sizeof(std::uint64_t);
  static constexpr bool k_packed = false;
  static constexpr std::string_view k_refusal =
      has_stateless_order<T>() ? ""
                               : "its comparison or hash has a state, which would not come along";

  static void write(Writer& out, const T& value) {
    const Writer::Nesting nesting(out);
    out.write_count(value.size(), least_element());
    for (const auto& element : value) {
      if constexpr (k_is_map) {
        put(out, element.first);
        put(out, element.second);
      } else {
        put(out, element);
      }
    }
  }

  static T read(Reader& in) {
    const Reader::Nesting nesting(in);
    const std::size_t count = in.read_count(least_element());
    T value;
    reserve(value, in, count);
    for (std::size_t i = 0; i < count; ++i) {
      auto key = get<Key>(in);
      // They come in order, so the end is where the next one belongs.
      if constexpr (k_is_map) {
        value.emplace_hint(value.end(), std::move(key), get<typename T::mapped_type>(in));
      } else {
        value.emplace_hint(value.end(), std::move(key));
      }
    }
    if (value.size() != count) in.refuse("a key comes twice");
    return value;
  }

 private:
  static consteval std::size_t least_element() {
    return []<class... Parts>(marshal::parts<Parts...>) {
      return (least_size<Parts>() + ... + 0);
    }(parts{});
  }
};

}  // namespace hilo::marshal::detail
