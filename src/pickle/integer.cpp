// SPDX-License-Identifier: MIT
#include "pickle/integer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "pickle/node.hpp"

namespace hilo::pickle::detail {
namespace {

constexpr std::uint32_t k_billion = 1'000'000'000;  // nine digits, the most that 32 bits hold
constexpr std::size_t k_billion_digits = 9;

using Limbs = std::vector<std::uint32_t>;  // a magnitude, the low one first

bool is_negative(std::string_view bytes) {
  return !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80) != 0;
}

std::string_view without_excess(std::string_view bytes) {
  while (!bytes.empty()) {
    const bool negative = is_negative(bytes);
    const std::string_view shorter = bytes.substr(0, bytes.size() - 1);
    const char excess = negative ? '\xff' : '\0';
    if (bytes.back() != excess || is_negative(shorter) != negative) break;
    bytes = shorter;
  }
  return bytes;
}

Limbs magnitude(std::string_view bytes) {
  const bool negative = is_negative(bytes);
  Limbs limbs(bytes.size() / 4 + 1);
  unsigned carry = negative ? 1 : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    unsigned byte = static_cast<unsigned char>(bytes[i]);
    if (negative) {
      byte = (byte ^ 0xff) + carry;
      carry = byte >> 8;
    }
    limbs[i / 4] |= (byte & 0xff) << (i % 4 * 8);
  }
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  return limbs;
}

Object from_magnitude(const Limbs& limbs, bool negative) {
  std::string bytes(limbs.size() * 4 + 1, '\0');
  unsigned carry = negative ? 1 : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    unsigned byte = i / 4 < limbs.size() ? (limbs[i / 4] >> (i % 4 * 8)) & 0xff : 0;
    if (negative) {
      byte = (byte ^ 0xff) + carry;
      carry = byte >> 8;
    }
    bytes[i] = static_cast<char>(byte & 0xff);
  }
  return make_integer(bytes);
}

std::string hexadecimal(const Limbs& limbs) {
  std::string text = fmt::format("{:x}", limbs.back());
  for (std::size_t i = limbs.size() - 1; i-- > 0;) text += fmt::format("{:08x}", limbs[i]);
  return text;
}

std::string decimal(Limbs limbs) {
  std::vector<std::uint32_t> groups;
  while (!limbs.empty()) {
    std::uint64_t rest = 0;
    for (std::size_t i = limbs.size(); i-- > 0;) {
      rest = rest << 32 | limbs[i];
      limbs[i] = static_cast<std::uint32_t>(rest / k_billion);
      rest %= k_billion;
    }
    groups.push_back(static_cast<std::uint32_t>(rest));
    while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  }
  std::string text = fmt::format("{}", groups.back());
  for (std::size_t i = groups.size() - 1; i-- > 0;) text += fmt::format("{:09}", groups[i]);
  return text;
}

}  // namespace

Object make_integer(std::string_view bytes) {
  bytes = without_excess(bytes);
  if (bytes.size() <= sizeof(std::int64_t)) {
    std::uint64_t value = is_negative(bytes) ? ~std::uint64_t{0} : 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
      value = value << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return static_cast<std::int64_t>(value);
  }
  return make_text(Object::Kind::integer, std::string(bytes));
}

std::string integer_bytes(const Object& integer) {
  if (Access::node(integer) != nullptr) return std::string(Access::characters(integer));
  const auto value = static_cast<std::uint64_t>(Access::integer(integer));
  std::string bytes(sizeof value, '\0');
  for (std::size_t i = 0; i < sizeof value; ++i) bytes[i] = static_cast<char>(value >> (i * 8));
  return std::string(without_excess(bytes));
}

std::optional<Object> parse_integer(std::string_view decimal) {
  const bool negative = decimal.starts_with('-');
  if (negative || decimal.starts_with('+')) decimal.remove_prefix(1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (decimal.empty() || decimal.size() > k_most_digits ||
      !std::ranges::all_of(decimal, is_digit)) {
    return std::nullopt;
  }
  Limbs limbs;
  while (!decimal.empty()) {
    const std::size_t rest = decimal.size() % k_billion_digits;
    const std::string_view group = decimal.substr(0, rest == 0 ? k_billion_digits : rest);
    decimal.remove_prefix(group.size());
    std::uint64_t carry = 0;
    for (const char digit : group) carry = carry * 10 + static_cast<unsigned>(digit - '0');
    for (std::uint32_t& limb : limbs) {
      carry += std::uint64_t{limb} * k_billion;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
  }
  return from_magnitude(limbs, negative);
}

std::string print_integer(const Object& integer) {
  if (Access::node(integer) == nullptr) return fmt::format("{}", Access::integer(integer));
  const std::string_view bytes = Access::characters(integer);
  Limbs limbs = magnitude(bytes);
  std::string text = is_negative(bytes) ? "-" : "";
  // A byte is 2.41 digits at most.
  if (bytes.size() > k_most_digits * 5 / 12) return text + "0x" + hexadecimal(limbs);
  return text + decimal(std::move(limbs));
}

double nearest_double(const Object& integer) {
  if (Access::node(integer) == nullptr) return static_cast<double>(Access::integer(integer));
  const std::string_view bytes = Access::characters(integer);
  constexpr std::size_t k_longest = 1024 / 8 + 1;  // a double's exponent, and the sign
  const double sign = is_negative(bytes) ? -1 : 1;
  if (bytes.size() > k_longest) return sign * std::numeric_limits<double>::infinity();
  const Limbs limbs = magnitude(bytes);
  // The highest 64 bits at least 33 of which count, and whether any bit is set below them: enough
  // for the one rounding to be right, once they are shifted up.
  const std::size_t top = limbs.size() - 1;
  std::uint64_t high = std::uint64_t{limbs[top]} << 32 | limbs[top - 1];
  const int shift = std::countl_zero(high);
  bool sticky = false;
  std::size_t below = top - 1;
  high <<= shift;
  if (shift != 0 && below > 0) {
    --below;
    high |= limbs[below] >> (32 - shift);
    sticky = limbs[below] << shift != 0;
  } else if (shift == 0 && below > 0) {
    --below;
    sticky = limbs[below] != 0;
  }
  while (below > 0) sticky = limbs[--below] != 0 || sticky;
  if (sticky) high |= 1;
  const int exponent = static_cast<int>(top - 1) * 32 - shift;
  return sign * std::ldexp(static_cast<double>(high), exponent);
}

std::optional<Object> exact_integer(double value) {
  if (!std::isfinite(value) || std::trunc(value) != value) return std::nullopt;
  if (std::abs(value) < 0x1p63) return Object(static_cast<std::int64_t>(value));
  int exponent = 0;
  const double fraction = std::frexp(std::abs(value), &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 64));  // exact: 53 bits
  const auto shift = static_cast<std::size_t>(exponent) - 63;  // of 63 bits, so none is lost
  const std::uint64_t bits = mantissa >> 1;
  Limbs limbs(shift / 32 + 3);
  const std::uint64_t low = (bits & 0xffffffff) << (shift % 32);
  const std::uint64_t high = (bits >> 32) << (shift % 32);
  limbs[shift / 32] = static_cast<std::uint32_t>(low);
  const std::uint64_t middle = (low >> 32) + high;
  limbs[shift / 32 + 1] = static_cast<std::uint32_t>(middle);
  limbs[shift / 32 + 2] = static_cast<std::uint32_t>(middle >> 32);
  return from_magnitude(limbs, value < 0);
}

std::weak_ordering compare_integers(const Object& a, const Object& b) {
  if (Access::node(a) == nullptr && Access::node(b) == nullptr) {
    return Access::integer(a) <=> Access::integer(b);
  }
  const std::string x = integer_bytes(a);
  const std::string y = integer_bytes(b);
  const bool negative = is_negative(x);
  if (negative != is_negative(y)) {
    return negative ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  if (x.size() != y.size()) {
    return (x.size() < y.size()) != negative ? std::weak_ordering::less
                                             : std::weak_ordering::greater;
  }
  // Of one length and sign, two's complement compares as it stands.
  const auto order = [](char p, char q) {
    return static_cast<unsigned char>(p) <=> static_cast<unsigned char>(q);
  };
  return std::lexicographical_compare_three_way(x.rbegin(), x.rend(), y.rbegin(), y.rend(), order);
}

}  // namespace hilo::pickle::detail
