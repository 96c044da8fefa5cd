// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::detail {

template <char Code>
struct TypeOf {
  static_assert(Code != Code,
                "hilo: not a typecode; they are c b B u h H i I l L q Q f d, as in Python's array");
};
// clang-format off
template <> struct TypeOf<'c'> { using type = char; };
template <> struct TypeOf<'b'> { using type = signed char; };
template <> struct TypeOf<'B'> { using type = unsigned char; };
template <> struct TypeOf<'u'> { using type = wchar_t; };
template <> struct TypeOf<'h'> { using type = short; };
template <> struct TypeOf<'H'> { using type = unsigned short; };
template <> struct TypeOf<'i'> { using type = int; };
template <> struct TypeOf<'I'> { using type = unsigned int; };
template <> struct TypeOf<'l'> { using type = long; };
template <> struct TypeOf<'L'> { using type = unsigned long; };
template <> struct TypeOf<'q'> { using type = long long; };
template <> struct TypeOf<'Q'> { using type = unsigned long long; };
template <> struct TypeOf<'f'> { using type = float; };
template <> struct TypeOf<'d'> { using type = double; };
// clang-format on

}  // namespace hilo::detail

namespace hilo::multiprocessing {

/// A type named by Python's letter for it: `Value(typecode<'d'>, 0.0)`.
template <char Code>
struct Typecode {
  using type = typename detail::TypeOf<Code>::type;
};

template <char Code>
inline constexpr Typecode<Code> typecode{};

}  // namespace hilo::multiprocessing
