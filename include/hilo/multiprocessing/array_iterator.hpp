// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <iterator>

#include "hilo/multiprocessing/shared_reference.hpp"

namespace hilo::multiprocessing {

/// Goes through the elements of an Array; what it points at is a SharedReference.
template <class T, class Lock>
class ArrayIterator {
 public:
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using reference = SharedReference<T, Lock>;
  using iterator_concept = std::random_access_iterator_tag;
  /// Its reference is no T&, but does what the older algorithms ask of one, as vector<bool>'s.
  using iterator_category = std::random_access_iterator_tag;

  ArrayIterator() noexcept = default;
  ArrayIterator(T* element, const Lock& lock) noexcept : element_(element), lock_(&lock) {}

  reference operator*() const noexcept { return {*element_, *lock_}; }
  reference operator[](difference_type n) const noexcept { return {element_[n], *lock_}; }

  ArrayIterator& operator++() noexcept { return *this += 1; }
  ArrayIterator& operator--() noexcept { return *this -= 1; }
  ArrayIterator operator++(int) noexcept { return {element_++, *lock_}; }
  ArrayIterator operator--(int) noexcept { return {element_--, *lock_}; }
  ArrayIterator& operator+=(difference_type n) noexcept {
    element_ += n;
    return *this;
  }
  ArrayIterator& operator-=(difference_type n) noexcept {
    element_ -= n;
    return *this;
  }
  friend ArrayIterator operator+(ArrayIterator it, difference_type n) noexcept { return it += n; }
  friend ArrayIterator operator+(difference_type n, ArrayIterator it) noexcept { return it += n; }
  friend ArrayIterator operator-(ArrayIterator it, difference_type n) noexcept { return it -= n; }
  friend difference_type operator-(const ArrayIterator& a, const ArrayIterator& b) noexcept {
    return a.element_ - b.element_;
  }
  friend bool operator==(const ArrayIterator& a, const ArrayIterator& b) noexcept {
    return a.element_ == b.element_;
  }
  friend auto operator<=>(const ArrayIterator& a, const ArrayIterator& b) noexcept {
    return a.element_ <=> b.element_;
  }

 private:
  T* element_ = nullptr;
  const Lock* lock_ = nullptr;
};

}  // namespace hilo::multiprocessing
