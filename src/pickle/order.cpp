// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <compare>
#include <cstring>
#include <optional>

#include "hilo/pickle/object.hpp"
#include "pickle/integer.hpp"
#include "pickle/node.hpp"

namespace hilo {
namespace {

using Kind = Object::Kind;
using pickle::detail::Access;

/// What can be equal has one rank. A float that is an int compares as that int.
int rank(Kind kind) noexcept {
  switch (kind) {
    case Kind::none:
      return 0;
    case Kind::boolean:
    case Kind::integer:
      return 1;
    case Kind::floating:
      return 2;
    case Kind::str:
      return 3;
    case Kind::bytes:
    case Kind::bytearray:
      return 4;
    case Kind::tuple:
      return 5;
    case Kind::list:
      return 6;
    case Kind::set:
    case Kind::frozenset:
      return 7;
    case Kind::dict:
      return 8;
    default:
      return 9;
  }
}

std::weak_ordering compare_floats(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) <=> std::isnan(b);
  return a < b ? std::weak_ordering::less
               : (a > b ? std::weak_ordering::greater : std::weak_ordering::equivalent);
}

std::weak_ordering compare_dicts(const Object& a, const Object& b) {
  if (const auto order = a.size() <=> b.size(); order != 0) return order;
  if (a.size() == 0) return std::weak_ordering::equivalent;
  const auto& x = Access::dict(a);
  const auto& y = Access::dict(b);
  for (std::size_t i = 0; i < x.order.size(); ++i) {
    const auto order = x.items[x.order[i]] <=> y.items[y.order[i]];
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_exceptions(const Object& a, const Object& b) {
  const auto& x = Access::exception(a);
  const auto& y = Access::exception(b);
  if (const auto order = x.module <=> y.module; order != 0) return order;
  if (const auto order = x.type <=> y.type; order != 0) return order;
  if (const auto order = x.args <=> y.args; order != 0) return order;
  return x.state <=> y.state;
}

std::weak_ordering compare_alike(const Object& a, const Object& b) {
  switch (a.kind()) {
    case Kind::none:
      return std::weak_ordering::equivalent;
    case Kind::boolean:
    case Kind::integer:
      return pickle::detail::compare_integers(a, b);
    case Kind::floating:
      return compare_floats(Access::floating(a), Access::floating(b));
    case Kind::str:
    case Kind::bytes:
    case Kind::bytearray:
      return Access::characters(a) <=> Access::characters(b);
    case Kind::list:
    case Kind::tuple:
    case Kind::set:
    case Kind::frozenset: {
      const auto x = Access::elements(a);
      const auto y = Access::elements(b);
      return std::lexicographical_compare_three_way(x.begin(), x.end(), y.begin(), y.end());
    }
    case Kind::dict:
      return compare_dicts(a, b);
    default:
      return compare_exceptions(a, b);
  }
}

std::optional<Object> exact_integer(const Object& object) {
  if (object.kind() != Kind::floating) return std::nullopt;
  return pickle::detail::exact_integer(Access::floating(object));
}

}  // namespace

std::weak_ordering operator<=>(const Object& a, const Object& b) {
  // Shared parts are the same by definition; this also keeps their comparison cheap.
  if (Access::node(a) != nullptr && Access::node(a) == Access::node(b)) {
    return std::weak_ordering::equivalent;
  }
  if (const auto x = exact_integer(a)) return *x <=> b;
  if (const auto y = exact_integer(b)) return a <=> *y;
  if (const auto order = rank(a.kind()) <=> rank(b.kind()); order != 0) return order;
  return compare_alike(a, b);
}

}  // namespace hilo
