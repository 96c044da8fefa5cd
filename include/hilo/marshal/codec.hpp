// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include "hilo/marshal/reader.hpp"
#include "hilo/marshal/writer.hpp"

namespace hilo::marshal {

/// How a type that is not yours crosses: specialise it. It comes before every other way.
///
///     template <>
///     struct hilo::marshal::codec<other::Colour> {
///       static void write(Writer& out, const other::Colour& colour) { dump_to(out, colour.rgb());
///       } static other::Colour read(Reader& in) { return other::Colour(load_from<int>(in)); }
///     };
///
/// Optional members: `static constexpr std::size_t k_least_size`, the fewest bytes that write()
/// makes (0 if absent), and `using parts = marshal::parts<A, B>`, the types it writes in turn,
/// which are then checked and hashed with it.
template <class T>
struct codec;

/// A list of types.
template <class... Ts>
struct parts {};

/// The one friend that a class with private `serialize` or private default constructor needs.
class Access {
 public:
  template <class Archive, class T>
  static constexpr auto serialize(Archive& archive, T& value)
      -> decltype(value.serialize(archive), void()) {
    value.serialize(archive);
  }
  template <class T>
  static constexpr auto make() -> decltype(T()) {
    return T();
  }
};

namespace detail {

// Writing and reading as the built-in codecs do it to their parts: dump_to() and load_from()
// without the check, which has been made for the whole.
template <class T>
void put(Writer& out, const T& value);
template <class T>
[[nodiscard]] T get(Reader& in);
/// The fewest bytes that a T encodes to.
template <class T>
consteval std::size_t least_size();
/// Whether the bytes of a T in memory are its encoding: one copy does for any number of them.
template <class T>
consteval bool is_packed();

}  // namespace detail
}  // namespace hilo::marshal
