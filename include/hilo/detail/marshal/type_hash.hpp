// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "hilo/detail/marshal/select.hpp"
#include "hilo/detail/marshal/type_name.hpp"

namespace hilo::marshal::detail {

/// FNV-1a (Fowler, Noll, Vo).
class Fnv {
 public:
  constexpr void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
  }
  constexpr void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) add_byte(static_cast<unsigned char>(number >> (8 * i)));
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }

 private:
  constexpr void add_byte(unsigned char byte) {
    value_ ^= byte;
    value_ *= 0x100000001b3;
  }

  std::uint64_t value_ = 0xcbf29ce484222325;
};

/// A type's name alone would miss a member that another build has and this one has not.
template <class T, class... Seen>
consteval std::uint64_t hash() {
  Fnv fnv;
  fnv.add(type_name<T>());
  fnv.add(sizeof(T));
  // An optional header may bring a codec that the other end was built without.
  fnv.add(static_cast<std::uint64_t>(HasCodec<T>));
  if constexpr (!(std::is_same_v<T, Seen> || ...)) {
    if constexpr (requires { typename CodecOf<T>::parts; }) {
      []<class... Parts>(Fnv& sum, marshal::parts<Parts...>) {
        (sum.add(hash<Parts, Seen..., T>()), ...);
      }(fnv, typename CodecOf<T>::parts{});
    }
  }
  return fnv.value();
}

template <class... Ts>
consteval std::uint64_t hash_all() {
  Fnv fnv;
  (fnv.add(hash<Ts>()), ...);
  return fnv.value();
}

}  // namespace hilo::marshal::detail
