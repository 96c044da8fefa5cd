// SPDX-License-Identifier: MIT
#include "pickle/node.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

namespace hilo::pickle::detail {
namespace {

using Kind = Object::Kind;

/// Adds up what a node contains.
class Measure {
 public:
  explicit Measure(std::uint64_t weight = 1) : weight_(weight) {}

  void add(const Object& part) {
    depth_ = std::max(depth_, depth(part));
    hashable_ = hashable_ && is_hashable(part);
    // A value that shares itself 60 levels deep would overflow.
    weight_ = std::min(weight_ + part.weight(), std::uint64_t{1} << 62);
  }

  [[nodiscard]] bool hashable() const { return hashable_; }

  [[nodiscard]] std::string_view close(Node& node, bool hashable) const {
    if (depth_ >= Object::k_most_nested) return "the value is nested deeper than 500 levels";
    node.depth = static_cast<std::uint16_t>(depth_ + 1);
    node.weight = weight_;
    node.hashable = hashable;
    node.open = false;
    return {};
  }

 private:
  std::size_t depth_ = 0;
  std::uint64_t weight_;
  bool hashable_ = true;
};

constexpr std::string_view k_unhashable =
    "a list, dict, set, bytearray or exception can be neither a key nor an element of a set";

std::string_view seal_sequence(Sequence& node, Kind kind) {
  const bool is_set = kind == Kind::set || kind == Kind::frozenset;
  std::vector<Object>& elements = node.elements;
  if (is_set) {
    if (!std::ranges::all_of(elements, is_hashable)) return k_unhashable;
    std::ranges::sort(elements);
    const auto [first, last] = std::ranges::unique(elements);
    elements.erase(first, last);
  }
  Measure measure;
  for (const Object& element : elements) measure.add(element);
  return measure.close(node,
                       kind == Kind::frozenset || (kind == Kind::tuple && measure.hashable()));
}

void sort_keys(Dict& node) {
  const std::vector<Object::Item>& items = node.items;
  node.order.resize(items.size());
  std::iota(node.order.begin(), node.order.end(), std::size_t{0});
  std::ranges::sort(node.order, [&items](std::size_t a, std::size_t b) {
    const auto order = items[a].first <=> items[b].first;
    return order != 0 ? order < 0 : a < b;
  });
}

/// Of equal keys the first stays, with the last value. True if there were any.
bool merge_keys(Dict& node) {
  std::vector<Object::Item>& items = node.items;
  std::vector<bool> gone(items.size());
  bool any = false;
  for (std::size_t first = 0, i = 1; i < node.order.size(); ++i) {
    if (items[node.order[first]].first != items[node.order[i]].first) {
      first = i;
      continue;
    }
    items[node.order[first]].second = items[node.order[i]].second;
    gone[node.order[i]] = any = true;
  }
  if (!any) return false;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (gone[i]) continue;
    if (kept != i) items[kept] = std::move(items[i]);
    ++kept;
  }
  items.resize(kept);
  return true;
}

std::string_view seal_dict(Dict& node) {
  for (const auto& [key, value] : node.items) {
    if (!is_hashable(key)) return k_unhashable;
  }
  sort_keys(node);
  if (merge_keys(node)) sort_keys(node);
  Measure measure;
  for (const auto& [key, value] : node.items) {
    measure.add(key);
    measure.add(value);
  }
  return measure.close(node, false);
}

std::string_view seal_exception(Thrown& node) {
  Measure measure(1 + node.module.size() + node.type.size());
  measure.add(node.args);
  measure.add(node.state);
  return measure.close(node, false);
}

}  // namespace

Object make_text(Kind kind, std::string value) {
  if (value.empty()) return Access::empty(kind);
  auto node = std::make_unique<Text>();
  node->depth = 0;
  node->weight = 1 + value.size();
  node->hashable = kind != Kind::bytearray;
  node->value = std::move(value);
  return Access::make(kind, node.release());
}

Object make_open(Kind kind) {
  Node* node = nullptr;
  switch (kind) {
    case Kind::dict:
      node = new Dict;
      break;
    case Kind::exception:
      node = new Thrown;
      break;
    default:
      node = new Sequence;
      break;
  }
  node->open = true;
  return Access::make(kind, node);
}

std::string_view seal(const Object& object) {
  Node* const node = Access::node(object);
  if (node == nullptr || !node->open) return {};
  switch (object.kind()) {
    case Kind::dict:
      return seal_dict(static_cast<Dict&>(*node));
    case Kind::exception:
      return seal_exception(static_cast<Thrown&>(*node));
    default:
      return seal_sequence(static_cast<Sequence&>(*node), object.kind());
  }
}

std::size_t find_key(const Object& container, const Object& key) {
  if (container.kind() == Kind::dict) {
    const auto items = Access::items(container);
    if (items.empty()) return 0;
    const std::vector<std::size_t>& order = Access::dict(container).order;
    const auto found = std::ranges::lower_bound(
        order, key, {}, [items](std::size_t i) -> const Object& { return items[i].first; });
    return found != order.end() && items[*found].first == key ? *found : items.size();
  }
  const auto elements = Access::elements(container);
  const auto found = std::ranges::lower_bound(elements, key);
  return found != elements.end() && *found == key
             ? static_cast<std::size_t>(found - elements.begin())
             : elements.size();
}

}  // namespace hilo::pickle::detail
