// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include "hilo/detail/marshal/aggregate.hpp"
#include "hilo/detail/marshal/archive.hpp"
#include "hilo/detail/marshal/containers.hpp"
#include "hilo/detail/marshal/scalars.hpp"
#include "hilo/detail/marshal/values.hpp"
#include "hilo/marshal/codec.hpp"

/// Which codec is a type's: the user's, its `serialize`, a built-in one, its members. First match.
namespace hilo::marshal::detail {

template <class T>
concept HasCodec = requires {
  sizeof(codec<T>);
};
template <class T>
concept HasSerialize = HasMemberSerialize<T> || HasFreeSerialize<T>;
template <class T>
concept HasBuiltin = requires {
  sizeof(builtin<T>);
};

template <class T>
consteval auto select() {
  if constexpr (HasCodec<T>) {
    return std::type_identity<codec<T>>{};
  } else if constexpr (HasSerialize<T>) {
    return std::type_identity<SerializeCodec<T>>{};
  } else if constexpr (HasBuiltin<T>) {
    return std::type_identity<builtin<T>>{};
  } else {
    return std::type_identity<AggregateCodec<T>>{};
  }
}

template <class T>
using CodecOf = typename decltype(select<T>())::type;

template <class T>
consteval std::size_t least_size() {
  if constexpr (requires { CodecOf<T>::k_least_size; }) {
    return CodecOf<T>::k_least_size;
  } else {
    return 0;
  }
}

template <class T>
consteval bool is_packed() {
  if constexpr (requires { CodecOf<T>::k_packed; }) {
    return CodecOf<T>::k_packed;
  } else {
    return false;
  }
}

template <class T>
void put(Writer& out, const T& value) {
  if constexpr (is_packed<T>()) {
    out.write_bytes(&value, sizeof(T));
  } else {
    CodecOf<T>::write(out, value);
  }
}

template <class T>
T get(Reader& in) {
  if constexpr (is_packed<T>() && std::is_default_constructible_v<T>) {
    T value;
    in.read_bytes(&value, sizeof(T));
    return value;
  } else {
    return CodecOf<T>::read(in);
  }
}

}  // namespace hilo::marshal::detail
