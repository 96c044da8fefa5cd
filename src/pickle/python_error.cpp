// SPDX-License-Identifier: MIT
#include "hilo/pickle/python_error.hpp"

#include <fmt/format.h>

#include <limits>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "hilo/errors.hpp"
#include "hilo/queue/errors.hpp"
#include "pickle/globals.hpp"
#include "pickle/node.hpp"

namespace hilo {
namespace {

using pickle::detail::Access;

/// The types that hilo has, by their names in Python.
struct Type {
  std::string_view module;
  std::string_view name;
  void (*raise)(const Object& exception);
};

template <class Error>
[[noreturn]] void raise_as(const Object& exception) {
  throw Error(exception.str());
}
template <class Error>
[[noreturn]] void raise_plain(const Object& /*exception*/) {
  throw Error();
}
std::optional<int> small_integer(const Object& object) {
  const bool fits = object.kind() == Object::Kind::integer &&
                    object >= std::numeric_limits<int>::min() &&
                    object <= std::numeric_limits<int>::max();
  return fits ? std::optional<int>(object.as<int>()) : std::nullopt;
}

[[noreturn]] void raise_exit(const Object& exception) {
  const auto args = exception.args().elements();
  if (args.empty() || args[0].is_none()) throw SystemExit(0);
  throw SystemExit(small_integer(args[0]).value_or(1));  // as Python ends after any other
}

constexpr Type k_types[] = {
    {"builtins", "RuntimeError", raise_as<RuntimeError>},
    {"builtins", "ValueError", raise_as<ValueError>},
    {"builtins", "TimeoutError", raise_as<TimeoutError>},
    {"builtins", "EOFError", raise_as<EOFError>},
    {"builtins", "BrokenPipeError", raise_as<BrokenPipeError>},
    {"builtins", "SystemExit", raise_exit},
    {"builtins", "MemoryError", raise_plain<std::bad_alloc>},
    {"multiprocessing.context", "TimeoutError", raise_as<TimeoutError>},
    {"multiprocessing.context", "ProcessError", raise_as<ProcessError>},
    {"multiprocessing.context", "AuthenticationError", raise_as<AuthenticationError>},
    {"multiprocessing.context", "BufferTooShort", raise_as<ProcessError>},  // its base
    {"concurrent.futures._base", "TimeoutError", raise_as<TimeoutError>},
    {"asyncio.exceptions", "TimeoutError", raise_as<TimeoutError>},
    {"threading", "BrokenBarrierError", raise_as<BrokenBarrierError>},
    {"pickle", "PickleError", raise_as<PickleError>},
    {"pickle", "PicklingError", raise_as<PicklingError>},
    {"pickle", "UnpicklingError", raise_as<UnpicklingError>},
    {"queue", "Empty", raise_plain<queue::Empty>},
    {"queue", "Full", raise_plain<queue::Full>},
    {"queue", "ShutDown", raise_plain<queue::ShutDown>},
};

std::string describe(const Object& object) {
  if (object.kind() != Object::Kind::exception) throw ValueError("hilo: the value is no exception");
  const std::string message = object.str();
  return message.empty() ? object.type_name() : fmt::format("{}: {}", object.type_name(), message);
}

}  // namespace

pickle::PythonError::PythonError(const Object& object)
    : std::runtime_error(describe(object)), object_(object) {}

void Object::raise() const {
  if (kind_ != Kind::exception) throw pickle::PythonError(*this);
  const auto& exception = Access::exception(*this);
  for (const Type& type : k_types) {
    if (type.name == exception.type && type.module == exception.module) type.raise(*this);
  }
  const auto values = Access::elements(exception.args);
  if (pickle::detail::is_os_error(exception.module, exception.type) && values.size() >= 2 &&
      values[1].kind() == Kind::str) {
    if (const auto number = small_integer(values[0])) {
      throw std::system_error(*number, std::generic_category(), std::string(values[1].text()));
    }
  }
  throw pickle::PythonError(*this);
}

}  // namespace hilo
