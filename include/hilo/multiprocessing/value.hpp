// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <new>
#include <tuple>
#include <utility>

#include "hilo/detail/family/handle.hpp"
#include "hilo/multiprocessing/lock.hpp"
#include "hilo/multiprocessing/rlock.hpp"
#include "hilo/multiprocessing/shared_reference.hpp"
#include "hilo/multiprocessing/typecode.hpp"

namespace hilo::multiprocessing {

/// One T in the memory of the family, without a lock.
///
///     mp::RawValue<int> flag(0);
///     mp::Process p([](mp::RawValue<int> shared) { shared.value() = 1; }, flag);
///
/// A handle: a copy is the same object, also in another process.
/// Python: multiprocessing.RawValue.
template <class T>
class RawValue {
  static_assert(Shareable<T>,
                "hilo: a Value's type must be trivially copyable and hold no pointer, since it "
                "stands in memory that processes see at different addresses");

 public:
  using value_type = T;

  /// Throws: std::system_error if there is no memory.
  RawValue() : RawValue(T()) {}
  explicit RawValue(const T& initial) : object_(create()) { ::new (object_.payload()) T(initial); }
  template <char Code, class U = T>
  explicit RawValue(Typecode<Code>, U initial = U()) : RawValue(static_cast<T>(initial)) {}

  [[nodiscard]] T& value() const noexcept { return *static_cast<T*>(object_.payload()); }
  [[nodiscard]] T& get_obj() const noexcept { return value(); }

  friend bool operator==(const RawValue&, const RawValue&) noexcept = default;
  friend auto operator<=>(const RawValue&, const RawValue&) noexcept = default;

 private:
  friend class hilo::detail::family::HandleAccess;
  using Object = hilo::detail::family::ObjectRef;
  RawValue(hilo::detail::family::HandleAccess, Object object) : object_(std::move(object)) {}
  auto parts() const { return std::tie(object_); }
  static Object create() {
    static_assert(alignof(T) <= 64, "hilo: shared memory is aligned to 64 bytes at most");
    return Object::create(sizeof(T));
  }

  Object object_;
};

template <char Code>
RawValue(Typecode<Code>) -> RawValue<typename Typecode<Code>::type>;
template <char Code, class U>
RawValue(Typecode<Code>, U) -> RawValue<typename Typecode<Code>::type>;

/// One T in the memory of the family, with a lock: an RLock of its own, or one that is given.
///
///     mp::Value<double> number(0.0);            // or mp::Value(mp::typecode<'d'>, 0.0)
///     number.value() += 1;                      // one step under the lock
///     { std::scoped_lock guard(number); number.get_obj() *= 2; }   // several steps
///
/// A handle: a copy is the same object, also in another process.
/// Python: multiprocessing.Value; differs: a compound assignment is one step. `lock=False` is
/// RawValue.
template <class T, class LockType = RLock>
class Value {
 public:
  using value_type = T;
  using reference = SharedReference<T, LockType>;

  /// Throws: std::system_error if there is no memory.
  Value() : Value(T()) {}
  explicit Value(const T& initial) : raw_(initial) {}
  Value(const T& initial, LockType lock) : lock_(std::move(lock)), raw_(initial) {}
  template <char Code, class U = T>
  explicit Value(Typecode<Code>, U initial = U()) : Value(static_cast<T>(initial)) {}
  template <char Code, class U>
  Value(Typecode<Code>, U initial, LockType lock)
      : Value(static_cast<T>(initial), std::move(lock)) {}

  /// The object behind its lock: reads, writes and compound assignments are each one step.
  [[nodiscard]] reference value() const noexcept { return {raw_.value(), lock_}; }
  /// The bare object, for use while the lock is held.
  [[nodiscard]] T& get_obj() const noexcept { return raw_.value(); }
  [[nodiscard]] LockType get_lock() const noexcept { return lock_; }

  // The lock's own, so that `std::scoped_lock guard(value)` is Python's `with value.get_lock():`.
  bool acquire(bool blocking = true) const { return lock_.acquire(blocking); }
  void release() const { lock_.release(); }
  void lock() const { lock_.lock(); }
  [[nodiscard]] bool try_lock() const { return lock_.try_lock(); }
  void unlock() const { lock_.unlock(); }

  friend bool operator==(const Value&, const Value&) noexcept = default;
  friend auto operator<=>(const Value& a, const Value& b) noexcept { return a.raw_ <=> b.raw_; }

 private:
  friend class hilo::detail::family::HandleAccess;
  Value(hilo::detail::family::HandleAccess, LockType lock, RawValue<T> raw)
      : lock_(std::move(lock)), raw_(std::move(raw)) {}
  auto parts() const { return std::tie(lock_, raw_); }

  LockType lock_;
  RawValue<T> raw_;
};

template <class T>
Value(T) -> Value<T>;
template <class T, class LockType>
Value(T, LockType) -> Value<T, LockType>;
template <char Code>
Value(Typecode<Code>) -> Value<typename Typecode<Code>::type>;
template <char Code, class U>
Value(Typecode<Code>, U) -> Value<typename Typecode<Code>::type>;
template <char Code, class U, class LockType>
Value(Typecode<Code>, U, LockType) -> Value<typename Typecode<Code>::type, LockType>;

}  // namespace hilo::multiprocessing
