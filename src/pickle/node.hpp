// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilo/pickle/object.hpp"

namespace hilo::pickle::detail {

/// What an Object shares; its kind says which struct below it is. Only an open node changes, and
/// only the unpickler sees one.
struct Node {
  std::atomic<std::uint32_t> references = 1;
  std::uint16_t depth = 1;  // levels of containers, this one included
  bool hashable = true;
  bool open = false;
  std::uint64_t weight = 0;
};

/// str, bytes, bytearray, and an int that 64 bits do not hold: integer.hpp.
struct Text : Node {
  std::string value;
};

/// list, tuple; set and frozenset, sorted.
struct Sequence : Node {
  std::vector<Object> elements;
};

struct Dict : Node {
  std::vector<Object::Item> items;  // in the order of insertion
  std::vector<std::size_t> order;   // their indices, sorted by key
};

struct Thrown : Node {
  std::string module;
  std::string type;
  Object args;   // a tuple
  Object state;  // what else Python keeps in it: None or a dict
};

/// A global of Python that may stand in a pickle: globals.hpp.
struct Global;

/// The inside of an Object, for the sources of this layer.
struct Access {
  using Kind = Object::Kind;
  /// The unpickler's own, which never get into a value: a Global, and a gap in the memo.
  static constexpr Kind k_global = static_cast<Kind>(254);
  static constexpr Kind k_absent = static_cast<Kind>(255);

  /// Takes over the one reference to `node`.
  static Object make(Kind kind, Node* node) noexcept { return {kind, {.node = node}, true}; }
  /// The empty value of a kind that needs no node for it, or k_absent.
  static Object empty(Kind kind) noexcept { return {kind, {.integer = 0}}; }
  static Object of_global(std::size_t index) noexcept {
    return {k_global, {.integer = static_cast<std::int64_t>(index)}};
  }

  static Node* node(const Object& object) noexcept {
    return object.counted_ ? object.payload_.node : nullptr;
  }
  static std::int64_t integer(const Object& object) noexcept { return object.payload_.integer; }
  static double floating(const Object& object) noexcept { return object.payload_.floating; }

  static Text& text(const Object& object) { return static_cast<Text&>(*node(object)); }
  static Sequence& sequence(const Object& object) { return static_cast<Sequence&>(*node(object)); }
  static Dict& dict(const Object& object) { return static_cast<Dict&>(*node(object)); }
  static Thrown& exception(const Object& object) { return static_cast<Thrown&>(*node(object)); }

  /// The characters of a str, bytes, bytearray or large int.
  static std::string_view characters(const Object& object) noexcept {
    return object.counted_ ? std::string_view(text(object).value) : std::string_view();
  }
  /// The elements of a list, tuple, set or frozenset.
  static std::span<const Object> elements(const Object& object) noexcept {
    return object.counted_ ? std::span<const Object>(sequence(object).elements)
                           : std::span<const Object>();
  }
  static std::span<const Object::Item> items(const Object& object) noexcept {
    return object.counted_ ? std::span<const Object::Item>(dict(object).items)
                           : std::span<const Object::Item>();
  }
};

[[nodiscard]] inline std::size_t depth(const Object& object) noexcept {
  const Node* const node = Access::node(object);
  return node == nullptr ? 0 : node->depth;
}

/// Whether it can be an element of a set or a key.
[[nodiscard]] inline bool is_hashable(const Object& object) noexcept {
  const Node* const node = Access::node(object);
  if (node != nullptr) return node->hashable;
  using Kind = Object::Kind;
  const Kind kind = object.kind();
  return kind != Kind::list && kind != Kind::set && kind != Kind::dict && kind != Kind::bytearray;
}

/// A str, bytes or bytearray; a str must have been checked.
[[nodiscard]] Object make_text(Object::Kind kind, std::string value);
/// The container or exception that `object` is, open, for who fills it in.
[[nodiscard]] Object make_open(Object::Kind kind);

/// Sorts, measures and closes what is open, whose parts are all closed.
///
/// Returns: empty, or why it cannot be a value; it then stays open.
[[nodiscard]] std::string_view seal(const Object& object);

/// An index into the items of the dict or elements of the set, or their number.
[[nodiscard]] std::size_t find_key(const Object& container, const Object& key);

}  // namespace hilo::pickle::detail
