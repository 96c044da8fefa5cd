// SPDX-License-Identifier: MIT
#include "hilo/pickle/object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "hilo/errors.hpp"
#include "pickle/integer.hpp"
#include "pickle/node.hpp"
#include "pickle/text.hpp"

namespace hilo {
namespace {

using pickle::detail::Access;
using Kind = Object::Kind;

[[noreturn]] void refuse(std::string_view why) { throw ValueError(fmt::format("hilo: {}", why)); }

[[noreturn]] void refuse_kind(const Object& object, std::string_view wanted) {
  refuse(fmt::format("a {} is no {}", object.type_name(), wanted));
}

Object make_sequence(Kind kind, std::vector<Object> elements) {
  if (elements.empty()) return Access::empty(kind);
  Object object = pickle::detail::make_open(kind);
  Access::sequence(object).elements = std::move(elements);
  if (const auto why = pickle::detail::seal(object); !why.empty()) refuse(why);
  return object;
}

std::string as_string(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Object::Object(std::string_view text) : Object() {
  if (!pickle::detail::is_utf8(text)) refuse("a text that is not UTF-8 is no str, but bytes");
  *this = pickle::detail::make_text(Kind::str, std::string(text));
}

Object Object::of_unsigned(std::uint64_t value) {
  char bytes[sizeof value + 1] = {};
  for (std::size_t i = 0; i < sizeof value; ++i) bytes[i] = static_cast<char>(value >> (i * 8));
  return pickle::detail::make_integer({bytes, sizeof bytes});
}

Object Object::integer(std::string_view decimal) {
  auto object = pickle::detail::parse_integer(decimal);
  if (!object) refuse("an int is 1 to 4300 decimal digits, perhaps after a sign");
  return *std::move(object);
}

Object Object::bytes(std::span<const std::byte> value) {
  return pickle::detail::make_text(Kind::bytes, as_string(value));
}
Object Object::bytes(std::string_view value) {
  return pickle::detail::make_text(Kind::bytes, std::string(value));
}
Object Object::bytearray(std::span<const std::byte> value) {
  return pickle::detail::make_text(Kind::bytearray, as_string(value));
}
Object Object::bytearray(std::string_view value) {
  return pickle::detail::make_text(Kind::bytearray, std::string(value));
}

Object Object::list(std::vector<Object> elements) {
  return make_sequence(Kind::list, std::move(elements));
}
Object Object::tuple(std::vector<Object> elements) {
  return make_sequence(Kind::tuple, std::move(elements));
}
Object Object::set(std::vector<Object> elements) {
  return make_sequence(Kind::set, std::move(elements));
}
Object Object::frozenset(std::vector<Object> elements) {
  return make_sequence(Kind::frozenset, std::move(elements));
}

Object Object::dict(std::vector<Item> items) {
  if (items.empty()) return Access::empty(Kind::dict);
  Object object = pickle::detail::make_open(Kind::dict);
  Access::dict(object).items = std::move(items);
  if (const auto why = pickle::detail::seal(object); !why.empty()) refuse(why);
  return object;
}

Object Object::exception(std::string_view module, std::string_view type, std::vector<Object> args) {
  Object object = pickle::detail::make_open(Kind::exception);
  auto& node = Access::exception(object);
  node.module = module;
  node.type = type;
  node.args = tuple(std::move(args));
  if (const auto why = pickle::detail::seal(object); !why.empty()) refuse(why);
  return object;
}

std::uint64_t Object::weight() const noexcept {
  const auto* const node = Access::node(*this);
  return node == nullptr ? 1 : node->weight;
}

std::string_view Object::text() const {
  if (kind_ != Kind::str) refuse_kind(*this, "str");
  return Access::characters(*this);
}

std::span<const std::byte> Object::data() const {
  if (kind_ != Kind::bytes && kind_ != Kind::bytearray) refuse_kind(*this, "bytes");
  return std::as_bytes(std::span(Access::characters(*this)));
}

std::span<const Object> Object::elements() const {
  switch (kind_) {
    case Kind::list:
    case Kind::tuple:
    case Kind::set:
    case Kind::frozenset:
      return Access::elements(*this);
    default:
      refuse_kind(*this, "list, tuple or set");
  }
}

std::span<const Object::Item> Object::items() const {
  if (kind_ != Kind::dict) refuse_kind(*this, "dict");
  return Access::items(*this);
}

const Object& Object::args() const {
  if (kind_ != Kind::exception) refuse_kind(*this, "exception");
  return Access::exception(*this).args;
}

std::size_t Object::size() const {
  switch (kind_) {
    case Kind::str:
    case Kind::bytes:
    case Kind::bytearray:
      return Access::characters(*this).size();
    case Kind::dict:
      return items().size();
    default:
      return elements().size();
  }
}

const Object& Object::at(std::size_t index) const {
  if (kind_ != Kind::list && kind_ != Kind::tuple) refuse_kind(*this, "list or tuple");
  const auto inside = Access::elements(*this);
  if (index >= inside.size()) {
    throw std::out_of_range(
        fmt::format("hilo: a {} of {} has no [{}]", type_name(), inside.size(), index));
  }
  return inside[index];
}

const Object& Object::at(const Object& key) const {
  if (const Object* const value = find(key)) return *value;
  throw std::out_of_range(fmt::format("hilo: the dict has no key {}", key.repr()));
}

const Object* Object::find(const Object& key) const {
  const auto inside = items();
  const std::size_t index = pickle::detail::find_key(*this, key);
  return index == inside.size() ? nullptr : &inside[index].second;
}

bool Object::contains(const Object& element) const {
  if (kind_ == Kind::dict) return find(element) != nullptr;
  const auto inside = elements();
  if (kind_ == Kind::set || kind_ == Kind::frozenset) {
    return pickle::detail::find_key(*this, element) != inside.size();
  }
  return std::ranges::find(inside, element) != inside.end();
}

void Object::share() const noexcept {
  payload_.node->references.fetch_add(1, std::memory_order_relaxed);
}

void Object::release() noexcept {
  using namespace pickle::detail;
  Node* const node = payload_.node;
  // What others did with the node happens before it is deleted: release by them, acquire here.
  if (node->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  switch (kind_) {
    case Kind::dict:
      delete static_cast<Dict*>(node);
      break;
    case Kind::exception:
      delete static_cast<Thrown*>(node);
      break;
    case Kind::list:
    case Kind::tuple:
    case Kind::set:
    case Kind::frozenset:
      delete static_cast<Sequence*>(node);
      break;
    default:
      delete static_cast<Text*>(node);
      break;
  }
}

}  // namespace hilo
