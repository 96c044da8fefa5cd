// SPDX-License-Identifier: MIT
// The stack and the memo of the machine, and the values that stand as text.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

#include "pickle/escapes.hpp"
#include "pickle/integer.hpp"
#include "pickle/node.hpp"
#include "pickle/text.hpp"
#include "pickle/unpickler.hpp"

namespace hilo::pickle::detail {
namespace {

/// What a comparison of the key may cost. Characters are compared many at a time.
std::uint64_t cost(const Object& key) {
  const bool is_text = key.kind() == Object::Kind::str || key.kind() == Object::Kind::bytes;
  return is_text ? 1 + key.weight() / 16 : key.weight();
}

}  // namespace

Object& Unpickler::top() {
  if (stack_.size() == (marks_.empty() ? 0 : marks_.back())) {
    source_.refuse("an instruction lacks its arguments");
  }
  return stack_.back();
}

Object Unpickler::pop() {
  Object object = std::move(top());
  stack_.pop_back();
  return object;
}

Object Unpickler::pop_part() {
  seal_part(top());
  return pop();
}

std::vector<Object> Unpickler::pop_to_mark() {
  if (marks_.empty()) source_.refuse("an instruction lacks its mark");
  const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  for (auto part = first; part != stack_.end(); ++part) seal_part(*part);
  std::vector<Object> parts(std::make_move_iterator(first), std::make_move_iterator(stack_.end()));
  stack_.erase(first, stack_.end());
  marks_.pop_back();
  return parts;
}

void Unpickler::seal_part(const Object& object) {
  if (object.kind() == Access::k_global) {
    const Global& global = global_at(static_cast<std::size_t>(Access::integer(object)));
    source_.refuse(fmt::format("{}.{} itself, which is no plain data", global.module, global.name));
  }
  const Node* const node = Access::node(object);
  if (node == nullptr || !node->open) return;
  std::uint64_t keys = 0;
  const auto add = [&keys](const Object& key) {
    keys = std::min(keys + cost(key), std::uint64_t{1} << 62);
  };
  if (object.kind() == Kind::dict) {
    for (const auto& [key, value] : Access::items(object)) add(key);
  } else if (object.kind() == Kind::set || object.kind() == Kind::frozenset) {
    for (const Object& element : Access::elements(object)) add(element);
  }
  if (keys > keys_left_) source_.refuse("keys that share so much that it is meant to take long");
  keys_left_ -= keys;
  if (const auto why = seal(object); !why.empty()) source_.refuse(why);
}

Object& Unpickler::open_top(Kind kind, std::string_view name) {
  Object& object = top();
  const Node* const node = Access::node(object);
  if (object.kind() != kind || node == nullptr) {
    source_.refuse(fmt::format("parts of {}, where there is none", name));
  }
  if (!node->open) source_.refuse(fmt::format("{} that contains itself", name));
  return object;
}

void Unpickler::push_sequence(Kind kind, std::vector<Object> elements) {
  if (elements.empty() && kind != Kind::list) return push(Access::empty(kind));
  Object object = make_open(kind);
  Access::sequence(object).elements = std::move(elements);
  push(std::move(object));
}

void Unpickler::add_elements(Kind kind, std::string_view name, std::vector<Object> elements) {
  auto& all = Access::sequence(open_top(kind, name)).elements;
  if (all.empty()) {
    all = std::move(elements);
  } else {
    all.insert(all.end(), std::make_move_iterator(elements.begin()),
               std::make_move_iterator(elements.end()));
  }
}

void Unpickler::add_items(std::vector<Object> parts) {
  if (parts.size() % 2 != 0) source_.refuse("a key without its value");
  auto& items = Access::dict(open_top(Kind::dict, "a dict")).items;
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    items.emplace_back(std::move(parts[i]), std::move(parts[i + 1]));
  }
}

void Unpickler::put_memo(std::uint64_t index) {
  // Who counts cannot come further, and who does not count shall not make the memo large.
  if (index >= source_.size()) source_.refuse(fmt::format("memo index {} is too large", index));
  if (index >= memo_.size()) {
    memo_.resize(static_cast<std::size_t>(index) + 1, Access::empty(Access::k_absent));
  }
  Object& slot = memo_[static_cast<std::size_t>(index)];
  if (slot.kind() == Access::k_absent) ++memo_count_;
  slot = top();
}

void Unpickler::get_memo(std::uint64_t index) {
  if (index >= memo_.size() || memo_[static_cast<std::size_t>(index)].kind() == Access::k_absent) {
    source_.refuse(fmt::format("there is nothing at memo index {}", index));
  }
  push(memo_[static_cast<std::size_t>(index)]);
}

std::uint64_t Unpickler::index_text() {
  const std::string_view line = source_.line();
  std::uint64_t index = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), index);
  if (parsed.ec != std::errc() || parsed.ptr != line.data() + line.size()) {
    source_.refuse("a memo index is no number");
  }
  return index;
}

Object Unpickler::str(std::string_view text) {
  if (!is_utf8(text)) source_.refuse("a str is not UTF-8");
  return make_text(Kind::str, std::string(text));
}

Object Unpickler::ascii(std::string_view text) {
  if (!is_ascii(text)) source_.refuse("a str of Python 2 is not ASCII");
  return make_text(Kind::str, std::string(text));
}

Object Unpickler::int_of_text(std::string_view text) {
  auto integer = parse_integer(text);
  if (!integer) source_.refuse("an int is not 1 to 4300 decimal digits");
  return *std::move(integer);
}

Object Unpickler::float_of_text(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    source_.refuse("a float is no number");
  }
  return value;
}

}  // namespace hilo::pickle::detail
