// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include "hilo/detail/marshal/archive.hpp"
#include "hilo/detail/marshal/fields.hpp"
#include "hilo/marshal/codec.hpp"

namespace hilo::marshal::detail {

/// Plain aggregates: their members one after the other.
template <class T>
struct AggregateCodec {
  using parts = FieldsOf<T>;

  static constexpr bool k_packed = []<class... Fields>(marshal::parts<Fields...>) {
    // The sizes add up exactly when there is no padding, whose bytes are nobody's to send.
    return std::is_trivially_copyable_v<T> && (is_packed<Fields>() && ... && true) &&
           (sizeof(Fields) + ... + 0) == sizeof(T);
  }(parts{});

  static constexpr std::size_t k_least_size = []<class... Fields>(marshal::parts<Fields...>) {
    return (least_size<Fields>() + ... + 0);
  }(parts{});

  static void write(Writer& out, const T& value) {
    with_fields(value, [&out](const auto&... fields) { (put(out, fields), ...); });
  }

  static T read(Reader& in) { return read(in, parts{}); }

 private:
  template <class... Fields>
  static T read(Reader& in, marshal::parts<Fields...>) {
    if constexpr ((std::is_array_v<Fields> || ...)) {
      T value{};
      with_fields(value, [&in](auto&... fields) { (get_into(in, fields), ...); });
      return value;
    } else {
      // In order, and without a default value first: that of a handle would be a new lock.
      return T{get<Fields>(in)...};
    }
  }
};

}  // namespace hilo::marshal::detail
