// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/marshal.hpp"

/// How a call crosses to another process (docs/design/process.md).
namespace hilo::detail {

/// A target and its arguments.
class HILO_EXPORT ProcessCall {
 public:
  ProcessCall() = default;
  virtual ~ProcessCall();
  ProcessCall(const ProcessCall&) = delete;
  ProcessCall& operator=(const ProcessCall&) = delete;

  /// Calls the target; the arguments are moved into it, so once.
  virtual void run() = 0;

  /// Writes the call for another process of the same build: first the address of the function that
  /// reads the rest.
  /// Throws: PicklingError that names the type that cannot cross, and what in it is in the way.
  virtual void pack(marshal::Writer& out) const = 0;
};

/// Reads what pack() wrote behind its own address.
using UnpackCall = std::unique_ptr<ProcessCall> (*)(marshal::Reader& in);

/// Code travels as a module's build id and an offset in it.
/// Throws: RuntimeError if no loaded module holds the code.
HILO_EXPORT void write_code(marshal::Writer& out, const void* code);
/// Throws: RuntimeError if this process has no such code; UnpicklingError.
[[nodiscard]] HILO_EXPORT const void* read_code(marshal::Reader& in);

/// Throw a PicklingError; `reason` is marshal::why_not()'s.
[[noreturn]] HILO_EXPORT void refuse_target(std::string_view reason);
[[noreturn]] HILO_EXPORT void refuse_argument(std::size_t index, std::string_view reason);
[[noreturn]] HILO_EXPORT void refuse_other_build();
[[noreturn]] HILO_EXPORT void refuse_barrier_action();

template <class F>
inline constexpr bool k_is_function =
    std::is_pointer_v<F>&& std::is_function_v<std::remove_pointer_t<F>>;

/// A captureless lambda or another callable without state: its type says everything.
template <class F>
inline constexpr bool k_is_stateless = std::is_empty_v<F>&& std::is_default_constructible_v<F>;

template <class F>
consteval bool target_crosses() {
  if constexpr (k_is_function<F> || k_is_stateless<F>) {
    return true;
  } else if constexpr (std::is_class_v<F>) {
    return marshal::Marshalable<F>;
  } else {
    return false;
  }
}

// A call of f with the arguments as they are kept, or with the C strings they came as.
template <class T>
decltype(auto) as_c_string(T& argument) {
  if constexpr (std::is_same_v<T, std::string>) {
    return argument.c_str();
  } else {
    return std::move(argument);
  }
}

template <class F, class... Args>
inline constexpr bool k_is_callable =
    std::is_invocable_v<F, Args...> ||
    std::is_invocable_v<F, decltype(as_c_string(std::declval<Args&>()))...>;

template <class F, class... Args>
void call(F& target, Args&... arguments) {
  if constexpr (std::is_invocable_v<F, Args...>) {
    std::invoke(std::move(target), std::move(arguments)...);
  } else {
    std::invoke(std::move(target), as_c_string(arguments)...);
  }
}

template <class F, class... Args>
class CallOf final : public ProcessCall {
 public:
  template <class Target, class... Given>
  explicit CallOf(std::in_place_t, Target&& target, Given&&... arguments)
      : target_(std::forward<Target>(target)), arguments_(std::forward<Given>(arguments)...) {}

  void run() override {
    std::apply([this](Args&... arguments) { call(target_, arguments...); }, arguments_);
  }

  void pack([[maybe_unused]] marshal::Writer& out) const override {
    if constexpr (!target_crosses<F>()) {
      refuse_target(marshal::why_not<F>());
    } else if constexpr (!(marshal::Marshalable<Args> && ...)) {
      std::size_t index = 0;
      ((++index, refuse_unless_marshalable<Args>(index)), ...);
    } else {
      UnpackCall unpack_call = &unpack;
      write_code(out, reinterpret_cast<const void*>(unpack_call));
      out.write_scalar(k_type);
      if constexpr (k_is_function<F>) {
        write_code(out, reinterpret_cast<const void*>(target_));
      } else if constexpr (!k_is_stateless<F>) {
        marshal::dump_to(out, target_);
      }
      std::apply([&](const Args&... arguments) { (marshal::dump_to(out, arguments), ...); },
                 arguments_);
    }
  }

 private:
  using Arguments = std::tuple<Args...>;
  struct Unpacked {};
  CallOf(Unpacked, F target, Arguments arguments)
      : target_(std::move(target)), arguments_(std::move(arguments)) {}

  static constexpr std::uint64_t type_of_call() {
    if constexpr (target_crosses<F>() && (marshal::Marshalable<Args> && ...)) {
      return marshal::type_hash<Args...>();
    } else {
      return 0;
    }
  }
  static constexpr std::uint64_t k_type = type_of_call();

  template <class Argument>
  static void refuse_unless_marshalable(std::size_t index) {
    if constexpr (!marshal::Marshalable<Argument>) {
      refuse_argument(index, marshal::why_not<Argument>());
    }
  }

  static F unpack_target([[maybe_unused]] marshal::Reader& in) {
    if constexpr (k_is_function<F>) {
      return reinterpret_cast<F>(const_cast<void*>(read_code(in)));
    } else if constexpr (k_is_stateless<F>) {
      return F();
    } else {
      return marshal::load_from<F>(in);
    }
  }

  static std::unique_ptr<ProcessCall> unpack(marshal::Reader& in) {
    if (in.read_scalar<std::uint64_t>() != k_type) refuse_other_build();
    F target = unpack_target(in);
    // A braced list is read from left to right.
    Arguments arguments{marshal::load_from<Args>(in)...};
    return std::unique_ptr<ProcessCall>(
        new CallOf(Unpacked(), std::move(target), std::move(arguments)));
  }

  F target_;
  Arguments arguments_;
};

/// What an argument is kept as: a copy, and a C string as a std::string.
template <class T>
using KeptArgument = std::conditional_t<std::is_same_v<std::decay_t<T>, const char*> ||
                                            std::is_same_v<std::decay_t<T>, char*>,
                                        std::string, std::decay_t<T>>;

template <class F, class... Args>
std::unique_ptr<ProcessCall> make_call(F&& target, Args&&... arguments) {
  using Call = CallOf<std::decay_t<F>, KeptArgument<Args>...>;
  static_assert(k_is_callable<std::decay_t<F>, KeptArgument<Args>...>,
                "hilo: the target cannot be called with these arguments; they are handed to it as "
                "rvalues, so it takes them by value or by reference to const");
  return std::make_unique<Call>(std::in_place, std::forward<F>(target),
                                std::forward<Args>(arguments)...);
}

}  // namespace hilo::detail
