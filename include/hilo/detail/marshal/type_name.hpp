// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace hilo::marshal::detail {

template <class T>
consteval std::string_view signature() {
  return __PRETTY_FUNCTION__;
}

/// The compiler's name for T.
template <class T>
consteval std::string_view type_name() {
  constexpr std::string_view example = signature<void>();
  constexpr std::size_t before = example.rfind("void");
  constexpr std::size_t after = example.size() - before - std::string_view("void").size();
  constexpr std::string_view whole = signature<T>();
  return whole.substr(before, whole.size() - before - after);
}

/// Whether T is the standard library's own.
template <class T>
inline constexpr bool k_from_std = type_name<T>().starts_with("std::");

}  // namespace hilo::marshal::detail
