// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "hilo/detail/marshal/with_fields.hpp"
#include "hilo/marshal/codec.hpp"

/// Plain aggregates taken apart without a word from their author: how many members, which types,
/// and a call with all of them. After Boost.PFR (Antony Polukhin), with structured bindings.
namespace hilo::marshal::detail {

inline constexpr std::size_t k_most_fields = 24;

/// Stands for a member in an unevaluated initialisation. A prvalue: a reference or a move would
/// make a member that cannot be moved a hard error. Never called; has a body since nobody could
/// give it one elsewhere for a type without linkage.
template <class T>
struct AnyField {
  template <class Field>
  requires(!std::is_same_v<Field, T>) operator Field() const {  // NOLINT: implicit is the point
    std::abort();
  }
};

/// Stands for a base class, and for nothing else.
template <class T>
struct AnyBase {
  template <class Base>
  requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>) operator Base()
      const {  // NOLINT: implicit is the point
    std::abort();
  }
};

template <class T, class... Probes>
concept BracedFrom = requires {
  T{Probes{}...};
};

template <std::size_t, class T>
using Repeat = T;

template <class T, std::size_t... Is>
consteval bool takes_any(std::index_sequence<Is...>) {
  return BracedFrom<T, Repeat<Is, AnyField<T>>...>;
}

/// Whether T can be initialised from `count` empty braces and then probes. Braces fit an array
/// member where a probe would be taken for its first element, and a pack cannot make them.
template <class T, std::size_t count, class... Probes>
consteval bool takes_braces() {
  // clang-format off
  if constexpr (count == 0) return requires { T{Probes{}...}; };
  else if constexpr (count == 1) return requires { T{{}, Probes{}...}; };
  else if constexpr (count == 2) return requires { T{{}, {}, Probes{}...}; };
  else if constexpr (count == 3) return requires { T{{}, {}, {}, Probes{}...}; };
  else if constexpr (count == 4) return requires { T{{}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 5) return requires { T{{}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 6) return requires { T{{}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 7) return requires { T{{}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 8) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 9) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 10) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 11) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 12) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 13) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 14) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 15) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 16) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 17) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 18) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 19) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 20) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 21) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 22) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 23) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 24) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else if constexpr (count == 25) return requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Probes{}...}; };
  else return false;
  // clang-format on
}

/// How many members follow the first `braces`, of which the next one wants no empty braces: its
/// default constructor is explicit. Of those that follow none may be an array.
template <class T, std::size_t braces, class... Probes>
consteval std::size_t count_probes() {
  if constexpr (braces + sizeof...(Probes) <= k_most_fields &&
                takes_braces<T, braces, AnyField<T>, Probes...>()) {
    return count_probes<T, braces, AnyField<T>, Probes...>();
  } else {
    return sizeof...(Probes);
  }
}

/// How many members an aggregate takes apart into; k_most_fields + 1 for more, and 0 too for one
/// whose members cannot be counted.
template <class T, std::size_t count = 0>
consteval std::size_t count_braces() {
  if constexpr (count <= k_most_fields && takes_braces<T, count + 1>()) {
    return count_braces<T, count + 1>();
  } else {
    return count + count_probes<T, count>();
  }
}
template <class T, std::size_t count = k_most_fields + 1>
consteval std::size_t count_any() {
  if constexpr (count == 0 || takes_any<T>(std::make_index_sequence<count>())) {
    return count;
  } else {
    return count_any<T, count - 1>();
  }
}
template <class T>
consteval std::size_t count_fields() {
  // A member without default constructor makes every shorter list of braces ill-formed.
  if constexpr (takes_braces<T, 0>()) {
    return count_braces<T>();
  } else {
    return count_any<T>();
  }
}

template <class T, std::size_t... Is>
consteval bool takes_base_and_any(std::index_sequence<Is...>) {
  return BracedFrom<T, AnyBase<T>, Repeat<Is, AnyField<T>>...>;
}
template <class T>
consteval bool has_base() {
  if constexpr (takes_braces<T, 0>()) {
    return BracedFrom<T, AnyBase<T>>;
  } else {
    return takes_base_and_any<T>(std::make_index_sequence<count_fields<T>() - 1>());
  }
}

/// As visit_fields(), which it counts the members for.
template <class T, class Visitor>
constexpr decltype(auto) with_fields(T& value, Visitor&& visit) {
  return visit_fields<count_fields<std::remove_const_t<T>>()>(value, visit);
}

struct NameTypes {
  template <class... Fields>
  parts<Fields...> operator()(const Fields&...) const {
    return {};
  }
};

/// The members' types, constness included.
template <class T>
using FieldsOf = decltype(with_fields(std::declval<T&>(), NameTypes{}));

}  // namespace hilo::marshal::detail
