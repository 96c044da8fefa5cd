// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/family/offset_pointer.hpp"

namespace hilo::multiprocessing {

/// Memory of an object of the family, for containers that stand in it: mp::vector and its kin. It
/// belongs to the `shared` in whose section the container is made, and goes with that at the
/// latest. Elements that take an allocator are given it.
///
/// Throws: RuntimeError from allocate() if the container was made outside of a section;
///         std::system_error if there is no memory.
/// Python: none.
template <class T = std::byte>
class allocator {
  static_assert(alignof(T) <= 16, "hilo: mp::allocator aligns to 16 bytes at most");
  static_assert(!std::is_pointer_v<T> && !std::is_same_v<T, bool>,
                "hilo: this container keeps addresses, which mean nothing to another process "
                "(std::unordered_map and std::vector<bool> do); use mp::unordered_map, or chars");

 public:
  using value_type = T;
  using pointer = hilo::detail::family::OffsetPointer<T>;
  using const_pointer = hilo::detail::family::OffsetPointer<const T>;
  using void_pointer = hilo::detail::family::OffsetPointer<void>;
  using const_void_pointer = hilo::detail::family::OffsetPointer<const void>;

  /// Of the section that this thread is in; of none outside.
  allocator() noexcept : object_(hilo::detail::family::current_arena()) {}
  template <class U>
  allocator(const allocator<U>& other) noexcept : object_(other.object()) {}  // NOLINT: a rebind

  [[nodiscard]] pointer allocate(std::size_t count) {
    if (object_ == 0) hilo::detail::family::refuse_outside_arena();
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) {
      throw std::bad_array_new_length();
    }
    return pointer::from(hilo::detail::family::allocate_in_arena(object_, count * sizeof(T)));
  }
  void deallocate(pointer block, std::size_t) noexcept {
    hilo::detail::family::release_in_arena(block.stored());
  }

  template <class U, class... Args>
  void construct(U* place, Args&&... args) {
    std::uninitialized_construct_using_allocator(place, *this, std::forward<Args>(args)...);
  }
  /// A copy of a container belongs to the section it is made in.
  [[nodiscard]] allocator select_on_container_copy_construction() const noexcept { return {}; }

  [[nodiscard]] hilo::detail::family::Reference object() const noexcept { return object_; }
  template <class U>
  friend bool operator==(const allocator& a, const allocator<U>& b) noexcept {
    return a.object() == b.object();
  }

 private:
  hilo::detail::family::Reference object_;
};

template <class T>
using vector = std::vector<T, allocator<T>>;
using string = std::basic_string<char, std::char_traits<char>, allocator<char>>;

// What the standard says for texts of one allocator, and for a text and a literal.
[[nodiscard]] inline bool operator==(const string& a, const std::string& b) noexcept {
  return std::string_view(a) == std::string_view(b);
}
[[nodiscard]] inline auto operator<=>(const string& a, const std::string& b) noexcept {
  return std::string_view(a) <=> std::string_view(b);
}

}  // namespace hilo::multiprocessing
