// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>

#include "hilo/detail/family/arena.hpp"

namespace hilo::detail::family {

/// A pointer that means the same in every member of the family: what mp::allocator gives to
/// containers. Looked up at each use; take a span() of many elements first.
template <class T>
class OffsetPointer {
  static constexpr bool k_void = std::is_void_v<T>;
  template <class From>
  static constexpr bool k_takes = std::is_convertible_v<From*, T*>;

 public:
  using element_type = T;
  using value_type = std::remove_cv_t<T>;
  using difference_type = std::ptrdiff_t;
  using pointer = OffsetPointer;
  using reference = std::add_lvalue_reference_t<T>;
  using iterator_category = std::random_access_iterator_tag;
  using iterator_concept = std::contiguous_iterator_tag;
  template <class U>
  using rebind = OffsetPointer<U>;

  OffsetPointer() noexcept = default;
  OffsetPointer(std::nullptr_t) noexcept {}  // NOLINT: as for a pointer
  /// Of an address in the family's memory, or of this process alone.
  explicit OffsetPointer(T* address) noexcept : reference_(reference_of(address)) {}
  /// Of an array, as a pointer: libstdc++'s string asks for that.
  template <class U, std::size_t Size>
  requires std::is_same_v<U, T> OffsetPointer(U (&array)[Size])
  noexcept  // NOLINT: as above
      : reference_(reference_of(array)) {}
  template <class U>
  requires(!std::is_same_v<U, T> && k_takes<U>) OffsetPointer(  // NOLINT: as for a pointer
      const OffsetPointer<U>& other)
  noexcept : reference_(other.stored()) {}
  template <class U>
  requires(!k_takes<U> && std::is_void_v<U> &&
           !k_void) explicit OffsetPointer(const OffsetPointer<U>& other) noexcept
      : reference_(other.stored()) {}
  /// For what comes from the allocator.
  static OffsetPointer from(Reference stored) noexcept {
    OffsetPointer made;
    made.reference_ = stored;
    return made;
  }
  template <class U = T>
  static OffsetPointer pointer_to(U& object) noexcept requires(!k_void) {
    return OffsetPointer(std::addressof(object));
  }

  [[nodiscard]] Reference stored() const noexcept { return reference_; }
  [[nodiscard]] T* get() const { return static_cast<T*>(resolve(reference_)); }
  T* operator->() const { return get(); }
  template <class U = T>
  U& operator*() const requires(!k_void) {
    return *get();
  }
  template <class U = T>
  U& operator[](difference_type index) const requires(!k_void) {
    return get()[index];
  }
  // libstdc++'s string takes a pointer to characters for an address; what else does, such as a
  // std::list that would keep it, is better refused.
  operator T*() const requires std::is_integral_v<T> { return get(); }  // NOLINT: see above
  explicit operator bool() const noexcept { return reference_ != 0; }

  OffsetPointer& operator+=(difference_type count) noexcept {
    reference_ += static_cast<Reference>(count * static_cast<difference_type>(sizeof(T)));
    return *this;
  }
  OffsetPointer& operator-=(difference_type count) noexcept { return *this += -count; }
  OffsetPointer& operator++() noexcept { return *this += 1; }
  OffsetPointer& operator--() noexcept { return *this -= 1; }
  OffsetPointer operator++(int) noexcept {
    const OffsetPointer before = *this;
    ++*this;
    return before;
  }
  OffsetPointer operator--(int) noexcept {
    const OffsetPointer before = *this;
    --*this;
    return before;
  }
  friend OffsetPointer operator+(OffsetPointer at, difference_type count) noexcept {
    return at += count;
  }
  friend OffsetPointer operator+(difference_type count, OffsetPointer at) noexcept {
    return at += count;
  }
  friend OffsetPointer operator-(OffsetPointer at, difference_type count) noexcept {
    return at -= count;
  }
  friend difference_type operator-(OffsetPointer a, OffsetPointer b) noexcept {
    return static_cast<difference_type>(a.reference_ - b.reference_) /
           static_cast<difference_type>(sizeof(T));
  }
  friend bool operator==(OffsetPointer, OffsetPointer) noexcept = default;
  friend auto operator<=>(OffsetPointer, OffsetPointer) noexcept = default;

 private:
  Reference reference_ = 0;
};

}  // namespace hilo::detail::family
