// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "hilo/detail/local_slot.hpp"
#include "hilo/detail/program_end.hpp"

namespace hilo::threading {

/// A function that makes a `T`; not what a `T` itself is made from, like the target of a
/// std::function.
template <class Function, class T>
concept LocalFactory =
    std::invocable<const Function&> && !std::constructible_from<T, const Function&> &&
    (std::same_as<std::invoke_result_t<const Function&>, T> ||
     std::constructible_from<T, std::invoke_result_t<const Function&>>);

/// An object that each thread has its own of, made when the thread first asks for it; destroyed, by
/// the thread, at its end, or with the local, by who destroys that. Unlike a thread_local it can be
/// a member, and be made and destroyed at any time. To find one's own takes a few nanoseconds.
///
///     threading::local<std::vector<int>> found;
///     found->push_back(1);                              // this thread's
///     threading::local<Connection> connection("host", 80);
///     threading::local random([] { return std::mt19937(std::random_device()()); });
///
/// A factory that asks for the local it makes an object for calls itself: the object that is made
/// first is the thread's.
///
/// Throws:    get() what making the object throws; the next call tries again.
/// Python:    threading.local: T is the subclass, whose constructor runs anew in each thread.
/// Safe from: any thread, also one that hilo did not start; not while the local is destroyed. Where
///            several threads first ask at once, `factory` is called by all of them.
template <class T>
class local {  // NOLINT(readability-identifier-naming): Python's name
 public:
  /// Each thread's object is T(args...), of copies of `args`.
  template <class... Args>
  requires std::constructible_from < T, const std::decay_t<Args>
  &... > explicit local(Args&&... args)
      : make_([... args = std::decay_t<Args>(std::forward<Args>(args))] {
          return std::make_unique<Object>([&] { return T(args...); });
        }) {}

  /// Each thread's object is what `factory()` gives.
  template <class Factory>
  requires LocalFactory<std::decay_t<Factory>, T>
  explicit local(Factory&& factory)
      : make_([factory = std::forward<Factory>(factory)] {
          return std::make_unique<Object>(factory);
        }) {}

  /// The calling thread's object.
  [[nodiscard]] T& get() const {
    detail::LocalObject* object = slot_.find();
    if (object == nullptr) [[unlikely]]
      object = make();
    return static_cast<Object*>(object)->value;
  }
  [[nodiscard]] T& operator*() const { return get(); }
  [[nodiscard]] T* operator->() const { return std::addressof(get()); }

 private:
  struct Object final : detail::LocalObject {
    template <class Factory>
    explicit Object(const Factory& factory) : value(std::invoke(factory)) {}
    T value;
  };

  detail::LocalObject* make() const {
    detail::stand_still_if_daemon();  // `make_` may be gone
    return slot_.put(make_());
  }

  std::function<std::unique_ptr<Object>()> make_;
  detail::LocalSlot slot_;
};

template <class Factory>
requires std::invocable<const Factory&> local(Factory)
->local<std::invoke_result_t<const Factory&>>;

}  // namespace hilo::threading
