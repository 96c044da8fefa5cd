// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "hilo/detail/marshal/scalars.hpp"
#include "hilo/detail/marshal/type_name.hpp"
#include "hilo/marshal/codec.hpp"

/// The standard's single values: pair, tuple, optional, variant, unique_ptr, chrono, path. The last
/// two are known by their shape, which spares everybody the cost of their headers.
namespace hilo::marshal::detail {

template <class A, class B>
struct builtin<std::pair<A, B>> {
  using parts = marshal::parts<A, B>;
  static constexpr std::size_t k_least_size = least_size<A>() + least_size<B>();
  static constexpr bool k_packed = false;

  static void write(Writer& out, const std::pair<A, B>& value) {
    put(out, value.first);
    put(out, value.second);
  }
  static std::pair<A, B> read(Reader& in) { return std::pair<A, B>{get<A>(in), get<B>(in)}; }
};

template <class... Ts>
struct builtin<std::tuple<Ts...>> {
  using parts = marshal::parts<Ts...>;
  static constexpr std::size_t k_least_size = (least_size<Ts>() + ... + 0);
  static constexpr bool k_packed = false;

  static void write(Writer& out, const std::tuple<Ts...>& value) {
    std::apply([&out](const auto&... elements) { (put(out, elements), ...); }, value);
  }
  static std::tuple<Ts...> read([[maybe_unused]] Reader& in) {
    return std::tuple<Ts...>{get<Ts>(in)...};
  }
};

template <class T>
struct builtin<std::optional<T>> {
  using parts = marshal::parts<T>;
  static constexpr std::size_t k_least_size = 1;
  static constexpr bool k_packed = false;

  static void write(Writer& out, const std::optional<T>& value) {
    const Writer::Nesting nesting(out);
    put(out, value.has_value());
    if (value) put(out, *value);
  }
  static std::optional<T> read(Reader& in) {
    const Reader::Nesting nesting(in);
    if (!in.read_bool()) return std::nullopt;
    return std::optional<T>(std::in_place, get<T>(in));
  }
};

template <class... Ts>
struct builtin<std::variant<Ts...>> {
  using parts = marshal::parts<Ts...>;
  static constexpr std::size_t k_least_size = sizeof(std::uint32_t);
  static constexpr bool k_packed = false;

  static void write(Writer& out, const std::variant<Ts...>& value) {
    const Writer::Nesting nesting(out);
    if (value.valueless_by_exception()) out.refuse("a variant without a value");
    out.write_scalar(static_cast<std::uint32_t>(value.index()));
    std::visit([&out](const auto& alternative) { put(out, alternative); }, value);
  }
  static std::variant<Ts...> read(Reader& in) {
    const Reader::Nesting nesting(in);
    return read_alternative<0>(in, in.read_scalar<std::uint32_t>());
  }

 private:
  template <std::size_t I>
  static std::variant<Ts...> read_alternative(Reader& in, std::uint32_t index) {
    if constexpr (I == sizeof...(Ts)) {
      in.refuse("a variant has no alternative of this index");
    } else {
      if (index != I) return read_alternative<I + 1>(in, index);
      using Alternative = std::variant_alternative_t<I, std::variant<Ts...>>;
      return std::variant<Ts...>(std::in_place_index<I>, get<Alternative>(in));
    }
  }
};

template <class T>
requires(!std::is_array_v<T>) struct builtin<std::unique_ptr<T>> {
  using parts = marshal::parts<T>;
  static constexpr std::size_t k_least_size = 1;
  static constexpr bool k_packed = false;
  static constexpr std::string_view k_refusal =
      std::is_polymorphic_v<T> && !std::is_final_v<T>
          ? "it may point to a class derived from its own; cereal knows how, with "
            "hilo/marshal/cereal.hpp"
          : "";

  static void write(Writer& out, const std::unique_ptr<T>& value) {
    const Writer::Nesting nesting(out);
    put(out, value != nullptr);
    if (value) put(out, *value);
  }
  static std::unique_ptr<T> read(Reader& in) {
    const Reader::Nesting nesting(in);
    if (!in.read_bool()) return nullptr;
    return std::unique_ptr<T>(new T(get<T>(in)));
  }
};

template <class T>
concept StdDuration = k_from_std<T> && requires(const T& value) {
  typename T::rep;
  typename T::period;
  T(value.count());
};

template <StdDuration T>
struct builtin<T> {
  using parts = marshal::parts<typename T::rep>;
  static constexpr std::size_t k_least_size = least_size<typename T::rep>();
  static constexpr bool k_packed = is_packed<typename T::rep>();

  static void write(Writer& out, const T& value) { put(out, value.count()); }
  static T read(Reader& in) { return T(get<typename T::rep>(in)); }
};

template <class T>
concept StdTimePoint = k_from_std<T> && requires(const T& value) {
  typename T::clock;
  T(value.time_since_epoch());
};

template <StdTimePoint T>
struct builtin<T> {
  using parts = marshal::parts<typename T::duration>;
  static constexpr std::size_t k_least_size = least_size<typename T::duration>();
  static constexpr bool k_packed = is_packed<typename T::duration>();

  static void write(Writer& out, const T& value) { put(out, value.time_since_epoch()); }
  static T read(Reader& in) { return T(get<typename T::duration>(in)); }
};

template <class T>
concept StdPath = k_from_std<T> && requires(const T& value) {
  T::preferred_separator;
  T(typename T::string_type(value.native()));
};

template <StdPath T>
struct builtin<T> {
  using parts = marshal::parts<typename T::string_type>;
  static constexpr std::size_t k_least_size = least_size<typename T::string_type>();
  static constexpr bool k_packed = false;

  static void write(Writer& out, const T& value) { put(out, value.native()); }
  static T read(Reader& in) { return T(get<typename T::string_type>(in)); }
};

}  // namespace hilo::marshal::detail
