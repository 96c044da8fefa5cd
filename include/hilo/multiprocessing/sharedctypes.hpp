// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <type_traits>
#include <utility>

#include "hilo/detail/family/handle.hpp"
#include "hilo/multiprocessing/array.hpp"
#include "hilo/multiprocessing/value.hpp"

/// Python's multiprocessing.sharedctypes: objects in the family's memory, with and without a lock.
///
///     struct Point { double x, y; };
///     mp::RawValue<Point> bare(Point{1, 2});
///     auto other = sharedctypes::copy(bare);             // another object, the same value
///     auto guarded = sharedctypes::synchronized(bare);   // the same object, behind a lock
///     guarded.value().field(&Point::x) += 1;             // one step
namespace hilo::multiprocessing::sharedctypes {

using multiprocessing::Array;
using multiprocessing::RawArray;
using multiprocessing::RawValue;
using multiprocessing::Value;

/// A new object with the value of this one. What has a lock is read in one step under it.
/// Throws: std::system_error if there is no memory; OwnerDiedError as its lock.
template <Shareable T>
[[nodiscard]] RawValue<T> copy(const T& object) {
  return RawValue<T>(object);
}
template <class T>
[[nodiscard]] RawValue<T> copy(const RawValue<T>& object) {
  return RawValue<T>(object.value());
}
template <class T, class LockType>
[[nodiscard]] RawValue<T> copy(const Value<T, LockType>& object) {
  return RawValue<T>(object.value().load());
}
template <class T>
[[nodiscard]] RawArray<std::remove_const_t<T>> copy(std::span<T> elements) {
  return RawArray<std::remove_const_t<T>>(elements);
}
template <class T>
[[nodiscard]] RawArray<T> copy(const RawArray<T>& array) {
  return RawArray<T>(array.get_obj());
}
template <class T, class LockType>
[[nodiscard]] RawArray<T> copy(const Array<T, LockType>& array) {
  return RawArray<T>(array.slice());
}

/// The same object behind a lock: a new RLock, or the one given. Whoever goes on without it is not
/// kept out.
/// Throws: std::system_error if there is no memory.
template <class T, class LockType = RLock>
[[nodiscard]] Value<T, LockType> synchronized(RawValue<T> object, LockType lock = LockType()) {
  return hilo::detail::family::HandleAccess::make<Value<T, LockType>>(std::move(lock),
                                                                      std::move(object));
}
template <class T, class LockType = RLock>
[[nodiscard]] Array<T, LockType> synchronized(RawArray<T> array, LockType lock = LockType()) {
  return hilo::detail::family::HandleAccess::make<Array<T, LockType>>(std::move(lock),
                                                                      std::move(array));
}

}  // namespace hilo::multiprocessing::sharedctypes
