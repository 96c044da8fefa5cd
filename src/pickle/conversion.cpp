// SPDX-License-Identifier: MIT
#include "hilo/pickle/conversion.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hilo/errors.hpp"
#include "pickle/integer.hpp"
#include "pickle/node.hpp"

namespace hilo::pickle {
namespace {

using Kind = Object::Kind;

std::string path_to(const Place& place) {
  std::string path;
  for (const Place* at = &place; at->outer != nullptr; at = at->outer) {
    path = fmt::format("[{}]{}",
                       at->key != nullptr ? at->key->repr() : fmt::format("{}", at->index), path);
  }
  return path.empty() ? "the value" : path;
}

/// What it is, without the inside of it.
std::string describe(const Object& object) {
  switch (object.kind()) {
    case Kind::none:
      return "None";
    case Kind::boolean:
    case Kind::integer:
    case Kind::floating:
      return fmt::format("the {} {:.40}", object.type_name(), object.repr());
    case Kind::exception:
      return fmt::format("the exception {}", object.type_name());
    case Kind::str:
      return fmt::format("a str of {} bytes", object.size());
    default:
      return fmt::format("a {} of {}", object.type_name(), object.size());
  }
}

[[noreturn]] void refuse_range(const Object& found, std::string_view wanted, const Place& place) {
  throw ValueError(
      fmt::format("hilo: {} is {}, which {} cannot hold", path_to(place), describe(found), wanted));
}

}  // namespace

void Place::refuse(const Object& found, std::string_view wanted) const {
  throw ValueError(
      fmt::format("hilo: {} is {}, where {} is wanted", path_to(*this), describe(found), wanted));
}

namespace detail {

bool to_bool(const Object& object, const Place& place) {
  if (object.kind() != Kind::boolean) place.refuse(object, "bool");
  return Access::integer(object) != 0;
}

double to_double(const Object& object, std::string_view wanted, const Place& place) {
  if (object.kind() == Kind::floating) return Access::floating(object);
  if (object.kind() != Kind::integer) place.refuse(object, wanted);
  const double value = nearest_double(object);
  if (std::isinf(value)) refuse_range(object, wanted, place);
  return value;
}

std::int64_t to_signed(const Object& object, std::int64_t least, std::int64_t most,
                       std::string_view wanted, const Place& place) {
  if (object.kind() != Kind::integer) place.refuse(object, wanted);
  const std::int64_t value = Access::integer(object);
  if (Access::node(object) != nullptr || value < least || value > most) {
    refuse_range(object, wanted, place);
  }
  return value;
}

std::uint64_t to_unsigned(const Object& object, std::uint64_t most, std::string_view wanted,
                          const Place& place) {
  if (object.kind() != Kind::integer) place.refuse(object, wanted);
  if (object < Object(0) || object > Object(most)) refuse_range(object, wanted, place);
  std::uint64_t value = 0;
  const std::string bytes = integer_bytes(object);
  for (std::size_t i = 0; i < bytes.size() && i < sizeof value; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (i * 8);
  }
  return value;
}

std::string to_string(const Object& object, const Place& place) {
  if (object.kind() != Kind::str) place.refuse(object, "str");
  return std::string(object.text());
}

std::span<const std::byte> to_bytes(const Object& object, const Place& place) {
  if (object.kind() != Kind::bytes && object.kind() != Kind::bytearray) {
    place.refuse(object, "bytes");
  }
  return object.data();
}

std::span<const Object> to_sequence(const Object& object, std::string_view wanted,
                                    const Place& place) {
  if (object.kind() != Kind::list && object.kind() != Kind::tuple) place.refuse(object, wanted);
  return object.elements();
}

std::span<const Object> to_set(const Object& object, std::string_view wanted, const Place& place) {
  if (object.kind() != Kind::set && object.kind() != Kind::frozenset) place.refuse(object, wanted);
  return object.elements();
}

std::span<const Object::Item> to_dict(const Object& object, std::string_view wanted,
                                      const Place& place) {
  if (object.kind() != Kind::dict) place.refuse(object, wanted);
  return object.items();
}

}  // namespace detail
}  // namespace hilo::pickle
