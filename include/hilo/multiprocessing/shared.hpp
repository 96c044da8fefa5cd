// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hilo/detail/family/arena.hpp"
#include "hilo/detail/family/handle.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing/allocator.hpp"
#include "hilo/multiprocessing/rlock.hpp"

namespace hilo::detail::family {

template <class Memory>
inline constexpr bool k_is_shared_memory = false;
template <class T>
inline constexpr bool k_is_shared_memory<multiprocessing::allocator<T>> = true;

/// Whether a T means the same in every process, as far as its type tells.
template <class T>
consteval bool can_be_shared() {
  if constexpr (!std::is_object_v<T> || std::is_pointer_v<T> || std::is_member_pointer_v<T> ||
                std::is_polymorphic_v<T> || FamilyHandle<T>) {
    return false;
  } else if constexpr (requires { typename T::allocator_type; }) {
    if constexpr (requires { typename T::mapped_type; }) {
      return k_is_shared_memory<typename T::allocator_type> &&
             can_be_shared<typename T::key_type>() && can_be_shared<typename T::mapped_type>();
    } else if constexpr (requires { typename T::value_type; }) {
      return k_is_shared_memory<typename T::allocator_type> &&
             can_be_shared<typename T::value_type>();
    } else {
      return k_is_shared_memory<typename T::allocator_type>;
    }
  } else {
    return true;
  }
}

/// Names the object whose containers this thread makes, while it lives.
class ArenaScope {
 public:
  explicit ArenaScope(Reference object) noexcept : before_(exchange_current_arena(object)) {}
  ~ArenaScope() { exchange_current_arena(before_); }
  ArenaScope(const ArenaScope&) = delete;
  ArenaScope& operator=(const ArenaScope&) = delete;

 private:
  Reference before_;
};

}  // namespace hilo::detail::family

namespace hilo::multiprocessing {

/// A T that all processes use, behind its lock, and that may grow: a mp::vector, mp::string,
/// mp::unordered_map, or a struct of such.
///
///     struct Orders { mp::vector<mp::string> open; int done = 0; };
///     mp::shared<Orders> orders;
///     orders.apply([](Orders& all) { all.open.emplace_back("tea"); });   // one step
///     { auto all = orders.locked(); all->done += 1; }                    // the same
///
/// A handle: a copy is the same object, also in another process.
/// Limits: no virtual functions, no plain pointers or references, no containers of the standard's
///         allocator, no handles inside. T's destructor does not run at the end of the object, only
///         its memory goes. Nothing that points into it may leave a section.
/// Python: none; a manager's list and dict, without a process behind them.
template <class T, class LockType = RLock>
class shared {
  static_assert(
      hilo::detail::family::can_be_shared<T>(),
      "hilo: this cannot be shared between processes: it has virtual functions, or is or "
      "holds a pointer, a handle, or a container whose allocator is not mp::allocator; use "
      "mp::vector, mp::string and mp::unordered_map");
  static_assert(alignof(T) <= 64, "hilo: shared memory is aligned to 64 bytes at most");

 public:
  using value_type = T;
  class Locked;

  /// A T made of the arguments. Throws: what T throws; std::system_error if there is no memory.
  shared() : shared(New(), LockType()) {}
  template <class First, class... Rest>
  requires(std::is_constructible_v<T, First, Rest...>) explicit shared(First&& first,
                                                                       Rest&&... rest)
      : shared(New(), LockType(), std::forward<First>(first), std::forward<Rest>(rest)...) {}
  /// The same, behind a lock that is given: other data's, or one with another policy.
  template <class... Args>
  [[nodiscard]] static shared with_lock(LockType lock, Args&&... args) {
    return shared(New(), std::move(lock), std::forward<Args>(args)...);
  }

  /// Takes the lock until what it returns is destroyed: `->` and `*` are the T.
  /// Throws: OwnerDiedError if the process that held the lock died; see rebuild().
  [[nodiscard]] Locked locked() const { return Locked(*this); }

  /// Calls `step(T&)` under the lock.
  /// Returns: what it returns, which must not point into the T. Throws: as locked(); what it
  /// throws.
  template <class Step>
  std::invoke_result_t<Step, T&> apply(Step&& step) const {
    using Result = std::invoke_result_t<Step, T&>;
    static_assert(!std::is_reference_v<Result> && !std::is_pointer_v<Result> &&
                      !std::uses_allocator_v<Result, allocator<>>,
                  "hilo: what apply() returns would point into shared memory without its lock");
    const Locked guard(*this);
    return std::forward<Step>(step)(*guard);
  }

  /// Throws all away, whatever state a killed process left it in, and makes a new T. Takes the
  /// lock, also that of an owner that died. Throws: as the constructor, and then there is no T
  /// until a rebuild() that does not.
  template <class... Args>
  void rebuild(Args&&... args) const {
    try {
      lock_.lock();
    } catch (const OwnerDiedError&) {
      lock_.recover();
    }
    const std::unique_lock guard(lock_, std::adopt_lock);
    hilo::detail::family::clear_arena(object_.offset());
    make(std::forward<Args>(args)...);
  }

  /// The bare T, for use while the lock is held.
  [[nodiscard]] T& get_obj() const noexcept { return *static_cast<T*>(object_.payload()); }
  [[nodiscard]] LockType get_lock() const noexcept { return lock_; }

  friend bool operator==(const shared& a, const shared& b) noexcept {
    return a.object_ == b.object_;
  }
  friend auto operator<=>(const shared& a, const shared& b) noexcept {
    return a.object_ <=> b.object_;
  }

 private:
  friend class hilo::detail::family::HandleAccess;
  using Object = hilo::detail::family::ObjectRef;
  struct New {};

  template <class... Args>
  shared(New, LockType lock, Args&&... args)
      : lock_(std::move(lock)), object_(Object::create(sizeof(T))) {
    hilo::detail::family::open_arena(object_.offset());
    make(std::forward<Args>(args)...);
  }
  shared(hilo::detail::family::HandleAccess, LockType lock, Object object)
      : lock_(std::move(lock)), object_(std::move(object)) {}
  auto parts() const { return std::tie(lock_, object_); }

  template <class... Args>
  void make(Args&&... args) const {
    const hilo::detail::family::ArenaScope scope(object_.offset());
    std::uninitialized_construct_using_allocator(static_cast<T*>(object_.payload()), allocator<>(),
                                                 std::forward<Args>(args)...);
  }

  LockType lock_;
  Object object_;
};

/// The T of a `shared`, as long as this lives and holds the lock. It must end in the thread that
/// made it, after those that were made later, and before the handle it came from.
template <class T, class LockType>
class shared<T, LockType>::Locked {
 public:
  explicit Locked(const shared& whole)
      : guard_(whole.lock_), scope_(whole.object_.offset()), object_(&whole.get_obj()) {}

  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }

 private:
  std::scoped_lock<const LockType> guard_;
  hilo::detail::family::ArenaScope scope_;
  T* object_;
};

}  // namespace hilo::multiprocessing
