// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <mutex>
#include <type_traits>
#include <utility>

namespace hilo::multiprocessing {

/// What can stand in shared memory: it must mean the same in every process.
template <class T>
concept Shareable = std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T> &&
                    !std::is_pointer_v<T> &&
                    !std::is_reference_v<T> && !std::is_const_v<T> && !std::is_member_pointer_v<T>;

/// One shared object behind its lock. Every operation on it is one step under the lock, compound
/// ones too: `number.value() += 1` loses no addition. (Python's `number.value += 1` is two steps.)
///
/// Refers to the lock and the memory of the Value or Array that it came from, which must live.
template <class T, class Lock>
class SharedReference {
 public:
  SharedReference(T& object, const Lock& lock) noexcept : object_(&object), lock_(&lock) {}
  SharedReference(const SharedReference&) noexcept = default;

  /// Reads. Throws: OwnerDiedError if the process that held the lock died.
  operator T() const {  // NOLINT: it stands for the T
    const std::scoped_lock guard(*lock_);
    return *object_;
  }
  [[nodiscard]] T load() const { return *this; }

  /// Writes. Throws: OwnerDiedError if the process that held the lock died.
  const SharedReference& operator=(const T& value) const {
    const std::scoped_lock guard(*lock_);
    *object_ = value;
    return *this;
  }
  const SharedReference& operator=(const SharedReference& other) const { return *this = T(other); }
  SharedReference& operator=(const SharedReference& other) {
    std::as_const(*this) = T(other);
    return *this;
  }

  /// Replaces the object by `change(object)`'s effect on it, in one step under the lock.
  /// Returns: what `change` returns.
  template <class Change>
  auto apply(Change&& change) const -> std::invoke_result_t<Change, T&> {
    const std::scoped_lock guard(*lock_);
    return std::forward<Change>(change)(*object_);
  }

  /// A field of a struct, behind the same lock: `point.value().field(&Point::x) += 1` is one step.
  /// Python: the properties of a synchronized structure.
  template <class Field, class Struct>
  requires(std::is_base_of_v<Struct, T> && !std::is_array_v<Field> && std::is_object_v<Field>)
      [[nodiscard]] SharedReference<Field, Lock> field(Field Struct::*member) const noexcept {
    return {object_->*member, *lock_};
  }

  // As for a T itself, the result is converted, with no word about it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wfloat-conversion"
#pragma GCC diagnostic ignored "-Wdouble-promotion"
  // clang-format off
  /// Each is one step. Returns: the new value.
  template <class U> T operator+=(const U& v) const { return apply([&](T& o) { return o += v; }); }
  template <class U> T operator-=(const U& v) const { return apply([&](T& o) { return o -= v; }); }
  template <class U> T operator*=(const U& v) const { return apply([&](T& o) { return o *= v; }); }
  template <class U> T operator/=(const U& v) const { return apply([&](T& o) { return o /= v; }); }
  template <class U> T operator%=(const U& v) const { return apply([&](T& o) { return o %= v; }); }
  template <class U> T operator&=(const U& v) const { return apply([&](T& o) { return o &= v; }); }
  template <class U> T operator|=(const U& v) const { return apply([&](T& o) { return o |= v; }); }
  template <class U> T operator^=(const U& v) const { return apply([&](T& o) { return o ^= v; }); }
  template <class U> T operator<<=(const U& v) const { return apply([&](T& o) { return o <<= v; }); }
  template <class U> T operator>>=(const U& v) const { return apply([&](T& o) { return o >>= v; }); }
  T operator++() const { return apply([](T& o) { return ++o; }); }
  T operator--() const { return apply([](T& o) { return --o; }); }
  T operator++(int) const { return apply([](T& o) { return o++; }); }
  T operator--(int) const { return apply([](T& o) { return o--; }); }
  // clang-format on
#pragma GCC diagnostic pop

  /// Exchanges two shared objects' values, as the algorithms of the standard library do.
  friend void swap(SharedReference a, SharedReference b) {
    const T kept = a;
    a = T(b);
    b = kept;
  }

 private:
  T* object_;
  const Lock* lock_;
};

}  // namespace hilo::multiprocessing

/// A reference and the value it reads have the value in common: what ranges ask of an iterator.
template <class T, class Lock, template <class> class Q, template <class> class R>
struct std::basic_common_reference<hilo::multiprocessing::SharedReference<T, Lock>, T, Q, R> {
  using type = T;
};
template <class T, class Lock, template <class> class Q, template <class> class R>
struct std::basic_common_reference<T, hilo::multiprocessing::SharedReference<T, Lock>, Q, R> {
  using type = T;
};
