// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/marshal.hpp"
#include "hilo/multiprocessing/shared_memory.hpp"
#include "hilo/pickle.hpp"

namespace hilo::multiprocessing::shared_memory {

/// A list of a fixed length in a segment of shared memory: None, bool, int of 64 bits, float, str
/// and bytes. An item can be replaced by another of any of these types; a str or bytes must fit
/// where the first one stood, which is room for at least its bytes, rounded up to the next multiple
/// of 8.
///
///     ShareableList list({"hola", 7, 2.5, true, nullptr});
///     list[1] = 8;
///     for (const hilo::Object& item : ShareableList(list.name())) fmt::print("{}\n", item.repr());
///     list.shm().unlink();
///
/// A handle: a copy is the same list. No lock guards it. Positions below 0 count from the end.
/// Python: multiprocessing.shared_memory.ShareableList, which reads and writes the same segments;
///         differs: trailing NULs and texts that are not ASCII stay what they are.
class ShareableList {
 public:
  class Item;
  class iterator;

  /// A new list, in a segment of this name, or one with a new name.
  ///
  /// Throws: ValueError for an item of another type, or beyond 64 bits or 9,999,999 bytes;
  ///         what SharedMemory throws.
  explicit ShareableList(const std::vector<Object>& items, std::string name = {})
      : ShareableList(items, SharedMemoryOptions{.name = std::move(name)}) {}
  explicit ShareableList(std::initializer_list<Object> items, std::string name = {})
      : ShareableList(std::vector<Object>(items), std::move(name)) {}
  /// The same; `create` and `size` say themselves.
  HILO_EXPORT ShareableList(const std::vector<Object>& items, SharedMemoryOptions options);
  /// The list in this segment. Throws: ValueError if none is there; what SharedMemory throws.
  HILO_EXPORT explicit ShareableList(SharedMemory segment);
  explicit ShareableList(const std::string& name) : ShareableList(SharedMemory(name)) {}
  explicit ShareableList(const char* name) : ShareableList(std::string(name)) {}

  /// 0 when moved from.
  [[nodiscard]] std::size_t size() const noexcept {
    return offsets_.empty() ? 0 : offsets_.size() - 1;
  }
  /// Throws: std::out_of_range; ValueError if the item is damaged, or a text that is not UTF-8.
  [[nodiscard]] HILO_EXPORT Object get(std::ptrdiff_t position) const;
  template <class T>
  [[nodiscard]] T get(std::ptrdiff_t position) const {
    return get(position).as<T>();
  }
  /// Throws: std::out_of_range; ValueError if it does not fit, or is of another type.
  HILO_EXPORT void set(std::ptrdiff_t position, const Object& value) const;
  [[nodiscard]] Item operator[](std::ptrdiff_t position) const;
  [[nodiscard]] iterator begin() const;
  [[nodiscard]] iterator end() const;

  [[nodiscard]] HILO_EXPORT std::size_t count(const Object& value) const;
  /// The first position of `value`. Throws: ValueError if it is not there.
  [[nodiscard]] HILO_EXPORT std::size_t index(const Object& value) const;
  /// The items' formats, as Python's struct writes them, in a row.
  [[nodiscard]] HILO_EXPORT std::string format() const;

  [[nodiscard]] const SharedMemory& shm() const noexcept { return shm_; }
  [[nodiscard]] const std::string& name() const noexcept { return shm_.name(); }

 private:
  struct Place;
  [[nodiscard]] Place place(std::ptrdiff_t position) const;

  SharedMemory shm_;
  /// Where each item begins, and where the last one ends: checked once, as they never change.
  std::vector<std::uint64_t> offsets_;
};

/// An item of a list: reads and writes go there.
class ShareableList::Item {
 public:
  operator Object() const { return list_->get(position_); }  // NOLINT: it stands for it
  template <class T>
  [[nodiscard]] T as() const {
    return list_->get<T>(position_);
  }
  const Item& operator=(const Object& value) const {
    list_->set(position_, value);
    return *this;
  }
  const Item& operator=(const Item& other) const {
    if (&other != this) *this = Object(other);
    return *this;
  }
  Item(const Item&) = default;
  friend bool operator==(const Item& item, const Object& value) { return Object(item) == value; }

 private:
  friend class ShareableList;
  Item(const ShareableList& list, std::ptrdiff_t position) noexcept
      : list_(&list), position_(position) {}

  const ShareableList* list_;
  std::ptrdiff_t position_;
};

/// Reads the items in turn. Refers to the list it came from; the temporary list of a `for` lives
/// long enough.
class ShareableList::iterator {
 public:
  using iterator_concept = std::forward_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = Object;
  using difference_type = std::ptrdiff_t;
  using reference = Object;
  using pointer = void;

  iterator() noexcept = default;
  Object operator*() const { return list_->get(position_); }
  iterator& operator++() noexcept {
    ++position_;
    return *this;
  }
  iterator operator++(int) noexcept { return {*list_, position_++}; }
  friend bool operator==(const iterator&, const iterator&) noexcept = default;

 private:
  friend class ShareableList;
  iterator(const ShareableList& list, std::ptrdiff_t position) noexcept
      : list_(&list), position_(position) {}

  const ShareableList* list_ = nullptr;
  std::ptrdiff_t position_ = 0;
};

inline ShareableList::Item ShareableList::operator[](std::ptrdiff_t position) const {
  return {*this, position};
}
inline ShareableList::iterator ShareableList::begin() const { return {*this, 0}; }
inline ShareableList::iterator ShareableList::end() const {
  return {*this, static_cast<std::ptrdiff_t>(size())};
}

}  // namespace hilo::multiprocessing::shared_memory

template <>
struct hilo::marshal::codec<hilo::multiprocessing::shared_memory::ShareableList> {
  using List = hilo::multiprocessing::shared_memory::ShareableList;
  using parts = marshal::parts<hilo::multiprocessing::shared_memory::SharedMemory>;
  static void write(Writer& out, const List& list) { dump_to(out, list.shm()); }
  static List read(Reader& in) {
    return List(load_from<hilo::multiprocessing::shared_memory::SharedMemory>(in));
  }
};
