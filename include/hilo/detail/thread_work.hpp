// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "hilo/detail/export.hpp"

namespace hilo::detail {

/// What lends a thread its name: a plain function by its address, whatever else by its class.
struct NameSource {
  const void* function = nullptr;
  const std::type_info* type = nullptr;
};

template <class Value, class Owner>
std::type_identity<Owner> owner_of(Value Owner::*);

template <class Target>
NameSource name_source([[maybe_unused]] const Target& target) noexcept {
  if constexpr (std::is_pointer_v<Target> && std::is_function_v<std::remove_pointer_t<Target>>) {
    return {.function = reinterpret_cast<const void*>(target)};
  } else if constexpr (std::is_member_pointer_v<Target>) {
    return {.type = &typeid(typename decltype(owner_of(target))::type)};
  } else {
    return {.type = &typeid(Target)};
  }
}

/// What a thread runs, and the value that it came to.
class HILO_EXPORT ThreadWork {
 public:
  ThreadWork() = default;
  virtual ~ThreadWork();
  ThreadWork(const ThreadWork&) = delete;
  ThreadWork& operator=(const ThreadWork&) = delete;

  /// Calls the target, once. Its arguments die with the call, on the calling thread.
  virtual void run() = 0;

  /// The value's type and place; no place if there is none, not yet or no more.
  [[nodiscard]] virtual const std::type_info& value_type() const noexcept = 0;
  [[nodiscard]] virtual void* value() noexcept = 0;
  virtual void drop_value() noexcept = 0;

  /// Outlives the call, since the name can be asked for later.
  NameSource named_after;

  /// Without a state unless the target takes a std::stop_token.
  std::stop_source stop{std::nostopstate};
};

/// How `Target` is called: with a std::stop_token before its arguments if it takes one.
template <class Target, class... Args>
constexpr bool k_takes_stop_token = std::is_invocable_v<Target, std::stop_token, Args...>;

template <class Target, class... Args>
struct ThreadValueOf : std::invoke_result<Target, Args...> {};
template <class Target, class... Args>
requires k_takes_stop_token<Target, Args...>
struct ThreadValueOf<Target, Args...> : std::invoke_result<Target, std::stop_token, Args...> {
};

template <class Target, class... Args>
class TargetWork final : public ThreadWork {
  using Value = std::decay_t<typename ThreadValueOf<Target, Args...>::type>;
  static constexpr bool k_has_value = !std::is_void_v<Value>;

 public:
  template <class... Given>
  explicit TargetWork(Given&&... given) : call_(std::in_place, std::forward<Given>(given)...) {
    named_after = name_source(std::get<0>(*call_));
    if constexpr (k_takes_stop_token<Target, Args...>) stop = std::stop_source();
  }

  void run() override {
    const Drop drop{call_};
    auto invoke = [&](Target& target, Args&... args) -> decltype(auto) {
      if constexpr (k_takes_stop_token<Target, Args...>) {
        return std::invoke(std::move(target), stop.get_token(), std::move(args)...);
      } else {
        return std::invoke(std::move(target), std::move(args)...);
      }
    };
    if constexpr (k_has_value) {
      value_.emplace(std::apply(invoke, *call_));
    } else {
      std::apply(invoke, *call_);
    }
  }

  [[nodiscard]] const std::type_info& value_type() const noexcept override { return typeid(Value); }

  [[nodiscard]] void* value() noexcept override {
    if constexpr (k_has_value) {
      return value_ ? &*value_ : nullptr;
    } else {
      return nullptr;
    }
  }

  void drop_value() noexcept override { value_.reset(); }

 private:
  using Call = std::tuple<Target, Args...>;
  struct Nothing {};

  struct Drop {
    std::optional<Call>& call;
    ~Drop() { call.reset(); }
  };

  std::optional<Call> call_;
  std::optional<std::conditional_t<k_has_value, Value, Nothing>> value_;
};

/// The work of Thread(target, args...): copies or moves both, as std::thread does.
template <class Target, class... Args>
std::unique_ptr<ThreadWork> make_thread_work(Target&& target, Args&&... args) {
  using Function = std::decay_t<Target>;
  static_assert(std::is_invocable_v<Function, std::decay_t<Args>...> ||
                    k_takes_stop_token<Function, std::decay_t<Args>...>,
                "hilo: Thread(target, args...): target cannot be called with these arguments; they "
                "are handed to it as rvalues of their own types: use std::ref for a reference");
  return std::make_unique<TargetWork<Function, std::decay_t<Args>...>>(std::forward<Target>(target),
                                                                       std::forward<Args>(args)...);
}

}  // namespace hilo::detail
