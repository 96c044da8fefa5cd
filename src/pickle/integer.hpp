// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hilo/pickle/object.hpp"

/// Ints of any size, as pickle writes them: two's complement, the low byte first, no byte more than
/// the sign needs; zero has none.
namespace hilo::pickle::detail {

/// Decimal digits that are converted: the cost is quadratic, and Python stops here as well.
inline constexpr std::size_t k_most_digits = 4300;

/// The int that the bytes are, which may be more than needed.
[[nodiscard]] Object make_integer(std::string_view bytes);
/// The bytes of any int or bool.
[[nodiscard]] std::string integer_bytes(const Object& integer);
/// The int that `decimal` is: a sign or none, then 1 to k_most_digits digits.
[[nodiscard]] std::optional<Object> parse_integer(std::string_view decimal);
/// In decimal, or in hexadecimal if that is too long.
[[nodiscard]] std::string print_integer(const Object& integer);
/// The nearest double; infinite if there is none.
[[nodiscard]] double nearest_double(const Object& integer);
/// The int that `value` is, if it is one.
[[nodiscard]] std::optional<Object> exact_integer(double value);
[[nodiscard]] std::weak_ordering compare_integers(const Object& a, const Object& b);

}  // namespace hilo::pickle::detail
