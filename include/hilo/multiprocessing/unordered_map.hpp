// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hilo/multiprocessing/allocator.hpp"

namespace hilo::multiprocessing {

/// A hash that is the same in all processes of a family, and for all kinds of text.
template <class Key>
struct hash {
  template <class K>
  [[nodiscard]] std::size_t operator()(const K& key) const {
    if constexpr (std::convertible_to<const K&, std::string_view>) {
      return std::hash<std::string_view>()(key);
    } else {
      return std::hash<Key>()(key);
    }
  }
};

/// Keys and their values, found in constant time, for use inside a `shared`.
///
///     mp::shared<mp::unordered_map<mp::string, int>> stock;
///     stock.apply([](auto& map) { map["tea"] += 3; });
///     for (auto [item, count] : *stock.locked()) print(item, count);
///
/// The names are std::unordered_map's; differs: an element is a pair of references, inserting and
/// erasing invalidate references and iterators, and the order is that of insertion until something
/// is erased. A text is looked up without making a string of it.
template <class Key, class T, class Hash = hash<Key>>
class unordered_map {
  using Items = vector<std::pair<Key, T>>;
  using Position = std::uint32_t;
  template <bool Const>
  class Iterator;

 public:
  using key_type = Key;
  using mapped_type = T;
  using value_type = std::pair<const Key, T>;
  using size_type = std::size_t;
  using allocator_type = allocator<>;
  using iterator = Iterator<false>;
  using const_iterator = Iterator<true>;

  unordered_map() = default;
  explicit unordered_map(const allocator_type& memory) : items_(memory), places_(memory) {}
  unordered_map(const unordered_map& other, const allocator_type& memory)
      : items_(other.items_, memory), places_(other.places_, memory) {}
  unordered_map(unordered_map&& other, const allocator_type& memory)
      : items_(std::move(other.items_), memory), places_(std::move(other.places_), memory) {
    other.clear();  // what belongs to another object has been moved one by one
  }
  unordered_map(const unordered_map&) = default;
  unordered_map(unordered_map&& other) noexcept = default;
  /// Both: empty if an element or the memory throws.
  unordered_map& operator=(const unordered_map& other) { return take(other.items_, other.places_); }
  unordered_map& operator=(unordered_map&& other) {
    take(std::move(other.items_), std::move(other.places_));
    other.clear();
    return *this;
  }
  ~unordered_map() = default;

  [[nodiscard]] size_type size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] iterator begin() { return iterator(items_.data()); }
  [[nodiscard]] iterator end() { return iterator(items_.data() + size()); }
  [[nodiscard]] const_iterator begin() const { return const_iterator(items_.data()); }
  [[nodiscard]] const_iterator end() const { return const_iterator(items_.data() + size()); }

  template <class K>
  [[nodiscard]] iterator find(const K& key) {
    return iterator(items_.data() + find_item(key));
  }
  template <class K>
  [[nodiscard]] const_iterator find(const K& key) const {
    return const_iterator(items_.data() + find_item(key));
  }
  template <class K>
  [[nodiscard]] bool contains(const K& key) const {
    return find_item(key) != size();
  }
  /// Throws: std::out_of_range if it is not there.
  template <class K>
  [[nodiscard]] T& at(const K& key) {
    const size_type index = find_item(key);
    if (index == size()) throw std::out_of_range("hilo: mp::unordered_map::at");
    return items_[index].second;
  }
  template <class K>
  [[nodiscard]] const T& at(const K& key) const {
    return const_cast<unordered_map*>(this)->at(key);
  }
  template <class K>
  T& operator[](K&& key) {
    return try_emplace(std::forward<K>(key)).first->second;
  }
  /// Returns: where it is, and whether it is new. Throws: std::system_error if there is no memory.
  template <class K, class... Args>
  std::pair<iterator, bool> try_emplace(K&& key, Args&&... args) {
    const size_type found = find_item(key);
    if (found != size()) return {iterator(items_.data() + found), false};
    if ((size() + 1) * 4 > places_.size() * 3) make_places(size() + 1);
    items_.emplace_back(std::piecewise_construct, std::forward_as_tuple(std::forward<K>(key)),
                        std::forward_as_tuple(std::forward<Args>(args)...));
    enter(size() - 1);
    return {iterator(items_.data() + found), true};
  }
  template <class K, class V>
  std::pair<iterator, bool> insert_or_assign(K&& key, V&& value) {
    auto [at, is_new] = try_emplace(std::forward<K>(key), std::forward<V>(value));
    if (!is_new) at->second = std::forward<V>(value);
    return {at, is_new};
  }
  /// Returns: how many there were, 0 or 1.
  template <class K>
  size_type erase(const K& key) {
    if (empty()) return 0;
    const size_type place = find_place(key);
    if (places_[place] == 0) return 0;
    const size_type index = places_[place] - 1;
    leave(place);
    if (index != size() - 1) {  // the last one fills the gap
      places_[find_place(items_.back().first)] = static_cast<Position>(index + 1);
      items_[index] = std::move(items_.back());
    }
    items_.pop_back();
    return 1;
  }
  void clear() noexcept {
    items_.clear();
    places_.clear();
  }
  void reserve(size_type count) {
    items_.reserve(count);
    if (count * 4 > places_.size() * 3) make_places(count);
  }

  friend bool operator==(const unordered_map& a, const unordered_map& b) {
    if (a.size() != b.size()) return false;
    for (const auto& [key, value] : a.items_) {
      const size_type index = b.find_item(key);
      if (index == b.size() || !(b.items_[index].second == value)) return false;
    }
    return true;
  }

 private:
  template <class From, class FromPlaces>
  unordered_map& take(From&& items, FromPlaces&& places) {
    try {
      items_ = std::forward<From>(items);
      places_ = std::forward<FromPlaces>(places);
    } catch (...) {
      clear();  // or the places would speak of other items
      throw;
    }
    return *this;
  }
  // A place holds an item's index and one, or 0; their number is a power of two.
  [[nodiscard]] size_type home_of(const auto& key) const {
    // Spread, since the standard's hash of a number is that number (Fibonacci hashing, Knuth).
    const std::uint64_t spread = std::uint64_t{Hash()(key)} * 0x9e3779b97f4a7c15;
    return static_cast<size_type>(spread >> (64 - std::countr_zero(places_.size())));
  }
  [[nodiscard]] size_type after(size_type place) const noexcept {
    return (place + 1) & (places_.size() - 1);
  }
  /// Where the key is, or the free place where it would be. There are places.
  [[nodiscard]] size_type find_place(const auto& key) const {
    const Position* const places = places_.data();
    const auto* const items = items_.data();
    size_type place = home_of(key);
    while (places[place] != 0 && !(items[places[place] - 1].first == key)) place = after(place);
    return place;
  }
  [[nodiscard]] size_type find_item(const auto& key) const {
    if (empty()) return size();
    const Position found = places_[find_place(key)];
    return found == 0 ? size() : found - 1;
  }
  void enter(size_type index) {
    const size_type place = find_place(items_[index].first);
    places_[place] = static_cast<Position>(index + 1);
  }
  /// Frees a place, and moves up those behind it that would not be found past the gap.
  void leave(size_type gap) {
    for (size_type place = after(gap); places_[place] != 0; place = after(place)) {
      const size_type home = home_of(items_[places_[place] - 1].first);
      const size_type mask = places_.size() - 1;
      if (((place - home) & mask) < ((place - gap) & mask)) continue;
      places_[gap] = places_[place];
      gap = place;
    }
    places_[gap] = 0;
  }
  void make_places(size_type count) {
    if (count > UINT32_MAX / 4) throw std::length_error("hilo: mp::unordered_map");
    places_.assign(std::bit_ceil(count * 2 < 8 ? size_type{8} : count * 2), 0);
    for (size_type index = 0; index < size(); ++index) enter(index);
  }

  Items items_;
  vector<Position> places_;
};

/// Goes over the items; gives pairs of references.
template <class Key, class T, class Hash>
template <bool Const>
class unordered_map<Key, T, Hash>::Iterator {
  using Item = std::conditional_t<Const, const std::pair<Key, T>, std::pair<Key, T>>;
  using Mapped = std::conditional_t<Const, const T, T>;

 public:
  using value_type = std::pair<Key, T>;
  using reference = std::pair<const Key&, Mapped&>;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;
  /// What `->` goes through: it holds the pair of references.
  struct pointer {
    reference pair;
    const reference* operator->() const noexcept { return &pair; }
  };

  Iterator() noexcept = default;
  explicit Iterator(Item* item) noexcept : item_(item) {}
  reference operator*() const noexcept { return {item_->first, item_->second}; }
  pointer operator->() const noexcept { return {**this}; }
  Iterator& operator++() noexcept {
    ++item_;
    return *this;
  }
  Iterator operator++(int) noexcept { return Iterator(item_++); }
  friend bool operator==(const Iterator&, const Iterator&) noexcept = default;

 private:
  Item* item_ = nullptr;
};

}  // namespace hilo::multiprocessing
