// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "hilo/detail/marshal/sentence.hpp"
#include "hilo/detail/marshal/type_hash.hpp"
#include "hilo/detail/marshal/verdict.hpp"

namespace hilo::marshal {

/// Whether values of T can cross to another process: T and all that is in it.
template <class T>
concept Marshalable = detail::k_verdict<std::remove_cv_t<T>>
.fine();

/// Why T is not Marshalable, as a sentence that names T and the culprit inside it; empty if it is.
template <class T>
[[nodiscard]] consteval std::string_view why_not() {
  using Whole = std::remove_cv_t<T>;
  if constexpr (detail::k_verdict<Whole>.fine()) {
    return {};
  } else {
    return detail::k_sentence<Whole, detail::k_verdict<Whole>>.text;
  }
}

/// Stops the compiler with why_not() unless T is Marshalable.
template <class T>
constexpr void require_marshalable() {
  using Whole = std::remove_cv_t<T>;
  if constexpr (!detail::k_verdict<Whole>.fine()) {
    detail::show<detail::k_sentence<Whole, detail::k_verdict<Whole>>>();
  }
}

template <class Part, class Whole>
constexpr void detail::require_part() {
  if constexpr (!k_part_verdict<Part, Whole>.fine()) {
    show<k_sentence<Whole, k_part_verdict<Part, Whole>>>();
  }
}

/// Stands for the types, with all that is in them, in the build that this code is part of.
template <class... Ts>
[[nodiscard]] consteval std::uint64_t type_hash() {
  return detail::hash_all<Ts...>();
}

}  // namespace hilo::marshal
