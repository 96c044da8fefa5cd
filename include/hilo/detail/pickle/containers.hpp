// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/marshal/containers.hpp"
#include "hilo/detail/marshal/type_name.hpp"
#include "hilo/pickle/conversion.hpp"

/// The standard's containers, known by their shape as marshal knows them.
namespace hilo::pickle {

namespace detail {

// The inside of an object of the right kind; else each throws ValueError, at `place`.
[[nodiscard]] HILO_EXPORT std::span<const Object> to_sequence(const Object& object,
                                                              std::string_view wanted,
                                                              const Place& place);
[[nodiscard]] HILO_EXPORT std::span<const Object> to_set(const Object& object,
                                                         std::string_view wanted,
                                                         const Place& place);
[[nodiscard]] HILO_EXPORT std::span<const Object::Item> to_dict(const Object& object,
                                                                std::string_view wanted,
                                                                const Place& place);

}  // namespace detail

template <class T>
requires marshal::detail::StdSequence<T> && Convertible<typename T::value_type>
struct conversion<T> {
  using Element = typename T::value_type;

  static Object to_object(const T& value) {
    std::vector<Object> elements;
    elements.reserve(value.size());
    for (const auto& element : value) elements.emplace_back(static_cast<const Element&>(element));
    return Object::list(std::move(elements));
  }

  static T from_object(const Object& object, const Place& place) {
    const auto elements = detail::to_sequence(object, marshal::detail::type_name<T>(), place);
    T value;
    if constexpr (requires { value.reserve(elements.size()); }) value.reserve(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      value.push_back(conversion<Element>::from_object(elements[i], Place{&place, i}));
    }
    return value;
  }
};

template <class T>
requires marshal::detail::StdAssociative<T> && Convertible<typename T::key_type>
struct conversion<T> {
  using Key = typename T::key_type;

  static Object to_object(const T& value) {
    std::vector<Object> elements;
    elements.reserve(value.size());
    for (const Key& element : value) elements.emplace_back(element);
    return Object::set(std::move(elements));
  }

  static T from_object(const Object& object, const Place& place) {
    T value;
    const auto elements = detail::to_set(object, marshal::detail::type_name<T>(), place);
    for (std::size_t i = 0; i < elements.size(); ++i) {
      value.insert(conversion<Key>::from_object(elements[i], Place{&place, i}));
    }
    return value;
  }
};

template <class T>
requires marshal::detail::StdAssociative<T> && Convertible<typename T::key_type> &&
    Convertible<typename T::mapped_type>
struct conversion<T> {
  using Key = typename T::key_type;
  using Value = typename T::mapped_type;

  static Object to_object(const T& value) {
    std::vector<Object::Item> items;
    items.reserve(value.size());
    for (const auto& [key, mapped] : value) items.emplace_back(key, mapped);
    return Object::dict(std::move(items));
  }

  static T from_object(const Object& object, const Place& place) {
    T value;
    for (const auto& [key, mapped] :
         detail::to_dict(object, marshal::detail::type_name<T>(), place)) {
      const Place inner{&place, 0, &key};
      value.emplace(conversion<Key>::from_object(key, inner),
                    conversion<Value>::from_object(mapped, inner));
    }
    return value;
  }
};

namespace detail {

/// std::pair and std::tuple.
template <class Tuple, class... Ts>
struct TupleConversion {
  static Object to_object(const Tuple& value) {
    return std::apply([](const Ts&... elements) { return Object::tuple({Object(elements)...}); },
                      value);
  }

  static Tuple from_object(const Object& object, const Place& place) {
    constexpr std::string_view k_name = marshal::detail::type_name<Tuple>();
    const auto elements = to_sequence(object, k_name, place);
    if (elements.size() != sizeof...(Ts)) place.refuse(object, k_name);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Tuple{conversion<Ts>::from_object(elements[I], Place{&place, I})...};
    }
    (std::index_sequence_for<Ts...>{});
  }
};

}  // namespace detail

template <Convertible A, Convertible B>
struct conversion<std::pair<A, B>> : detail::TupleConversion<std::pair<A, B>, A, B> {};
template <Convertible... Ts>
struct conversion<std::tuple<Ts...>> : detail::TupleConversion<std::tuple<Ts...>, Ts...> {};

template <Convertible T>
struct conversion<std::optional<T>> {
  static Object to_object(const std::optional<T>& value) {
    return value ? Object(*value) : Object();
  }
  static std::optional<T> from_object(const Object& object, const Place& place) {
    if (object.is_none()) return std::nullopt;
    return std::optional<T>(conversion<T>::from_object(object, place));
  }
};

}  // namespace hilo::pickle
