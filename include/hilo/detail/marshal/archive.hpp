// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "hilo/marshal/codec.hpp"

/// What a user's `serialize(archive)` is called with: cereal's calling conventions on a Writer and
/// a Reader. `Whole` is the type being serialised, for the text of an error.
namespace hilo::marshal::detail {

template <class Part, class Whole>
constexpr void require_part();

/// What an archive's argument stands for; an adapter specialises it for a library's wrappers.
template <class T>
struct Wrapped {
  static T& value(T& argument) { return argument; }
};

/// Assigns what is read; an array can only be filled.
template <class T>
void get_into(Reader& in, T& value) {
  if constexpr (std::is_array_v<T> && is_packed<T>()) {
    in.read_bytes(&value, sizeof value);
  } else if constexpr (std::is_array_v<T>) {
    for (auto& element : value) get_into(in, element);
  } else {
    value = get<T>(in);
  }
}

template <class Whole>
class OutArchive {
 public:
  using is_loading = std::false_type;
  using is_saving = std::true_type;

  explicit OutArchive(Writer& out) noexcept : out_(out) {}

  template <class... Ts>
  OutArchive& operator()(Ts&&... values) {
    (write(Wrapped<std::remove_reference_t<Ts>>::value(values)), ...);
    return *this;
  }
  template <class T>
  OutArchive& operator&(T&& value) {
    return (*this)(value);
  }

 private:
  template <class T>
  void write(const T& value) {
    require_part<T, Whole>();
    put(out_, value);
  }

  Writer& out_;
};

template <class Whole>
class InArchive {
 public:
  using is_loading = std::true_type;
  using is_saving = std::false_type;

  explicit InArchive(Reader& in) noexcept : in_(in) {}

  template <class... Ts>
  InArchive& operator()(Ts&&... values) {
    (read(Wrapped<std::remove_reference_t<Ts>>::value(values)), ...);
    return *this;
  }
  template <class T>
  InArchive& operator&(T&& value) {
    return (*this)(value);
  }

 private:
  template <class T>
  void read(T& value) {
    require_part<T, Whole>();
    get_into(in_, value);
  }

  Reader& in_;
};

template <class T>
concept HasMemberSerialize = std::is_class_v<T> && requires(OutArchive<T>& archive, T& value) {
  Access::serialize(archive, value);
};

template <class T>
concept HasFreeSerialize = std::is_class_v<T> && requires(OutArchive<T>& archive, T& value) {
  serialize(archive, value);
};

/// Types that opt in with one of cereal's `serialize` signatures.
template <class T>
struct SerializeCodec {
  using parts = marshal::parts<>;
  static constexpr std::size_t k_least_size = 0;
  static constexpr bool k_packed = false;

  static void write(Writer& out, const T& value) {
    OutArchive<T> archive(out);
    // As in cereal: one function for both directions cannot be const.
    call(archive, const_cast<T&>(value));
  }

  static T read(Reader& in) {
    T value = Access::make<T>();
    InArchive<T> archive(in);
    call(archive, value);
    return value;
  }

 private:
  template <class Archive>
  static void call(Archive& archive, T& value) {
    if constexpr (HasMemberSerialize<T>) {
      Access::serialize(archive, value);
    } else {
      serialize(archive, value);
    }
  }
};

}  // namespace hilo::marshal::detail
