// SPDX-License-Identifier: MIT
#include "pickle/globals.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace hilo::pickle::detail {
namespace {

constexpr std::string_view k_builtins = "builtins";
constexpr std::string_view k_context = "multiprocessing.context";
constexpr std::string_view k_futures = "concurrent.futures._base";

constexpr std::string_view k_os_errors[] = {
    "OSError", "BlockingIOError", "BrokenPipeError", "ChildProcessError", "ConnectionAbortedError",
    "ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "FileExistsError",
    "FileNotFoundError", "InterruptedError", "IsADirectoryError", "NotADirectoryError",
    "PermissionError", "ProcessLookupError", "TimeoutError",
    // The names of Python 2.
    "IOError", "EnvironmentError"};

constexpr std::string_view k_other_errors[] = {
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup",
    "BufferError", "EOFError", "Exception", "ExceptionGroup", "FloatingPointError", "GeneratorExit",
    "ImportError", "IndentationError", "IndexError", "KeyError", "KeyboardInterrupt", "LookupError",
    "MemoryError", "ModuleNotFoundError", "NameError", "NotImplementedError", "OverflowError",
    "PythonFinalizationError", "RecursionError", "ReferenceError", "RuntimeError",
    "StopAsyncIteration", "StopIteration", "SyntaxError", "SystemError", "SystemExit", "TabError",
    "TypeError", "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError",
    "UnicodeTranslateError", "ValueError", "ZeroDivisionError",
    // Exceptions, too.
    "BytesWarning", "DeprecationWarning", "EncodingWarning", "FutureWarning", "ImportWarning",
    "PendingDeprecationWarning", "ResourceWarning", "RuntimeWarning", "SyntaxWarning",
    "UnicodeWarning", "UserWarning", "Warning"};

constexpr Global k_more[] = {
    {k_builtins, "set", Call::set},
    {k_builtins, "frozenset", Call::frozenset},
    {k_builtins, "bytes", Call::bytes},
    {k_builtins, "bytearray", Call::bytearray},
    {k_builtins, "list", Call::list},
    {k_builtins, "tuple", Call::tuple},
    {k_builtins, "dict", Call::dict},
    {"_codecs", "encode", Call::encode},
    {k_context, "ProcessError", Call::exception},
    {k_context, "BufferTooShort", Call::exception},
    {k_context, "TimeoutError", Call::exception},
    {k_context, "AuthenticationError", Call::exception},
    {"multiprocessing.managers", "RemoteError", Call::exception},
    {"multiprocessing.pool", "MaybeEncodingError", Call::exception},
    {k_futures, "Error", Call::exception},
    {k_futures, "CancelledError", Call::exception},
    {k_futures, "TimeoutError", Call::exception},
    {k_futures, "InvalidStateError", Call::exception},
    {k_futures, "BrokenExecutor", Call::exception},
    {"concurrent.futures.process", "BrokenProcessPool", Call::exception},
    {"concurrent.futures.thread", "BrokenThreadPool", Call::exception},
    {"queue", "Empty", Call::exception},
    {"queue", "Full", Call::exception},
    {"queue", "ShutDown", Call::exception},
    {"threading", "BrokenBarrierError", Call::exception},
    {"asyncio.exceptions", "CancelledError", Call::exception},
    {"asyncio.exceptions", "InvalidStateError", Call::exception},
    {"asyncio.exceptions", "TimeoutError", Call::exception},
    {"pickle", "PickleError", Call::exception},
    {"pickle", "PicklingError", Call::exception},
    {"pickle", "UnpicklingError", Call::exception},
};

constexpr auto k_globals = [] {
  std::array<Global, std::size(k_os_errors) + std::size(k_other_errors) + std::size(k_more)> all{};
  auto* next = std::ranges::copy(k_more, all.data()).out;
  for (const std::string_view name : k_os_errors) *next++ = {k_builtins, name, Call::exception};
  for (const std::string_view name : k_other_errors) *next++ = {k_builtins, name, Call::exception};
  return all;
}();

/// Modules as protocols below 3 name them, and the private ones that C classes live in.
std::string_view canonical(std::string_view module) noexcept {
  if (module == "__builtin__" || module == "exceptions") return k_builtins;
  if (module == "_queue" || module == "Queue") return "queue";
  if (module == "_pickle" || module == "cPickle") return "pickle";
  if (module == "multiprocessing") return k_context;
  return module;
}

}  // namespace

std::optional<std::size_t> find_global(std::string_view module, std::string_view name) noexcept {
  module = canonical(module);
  const auto* const found = std::ranges::find_if(k_globals, [&](const Global& global) {
    return global.name == name && global.module == module;
  });
  if (found == k_globals.end()) return std::nullopt;
  return static_cast<std::size_t>(found - k_globals.begin());
}

const Global& global_at(std::size_t index) noexcept { return k_globals[index]; }

bool is_os_error(std::string_view module, std::string_view name) noexcept {
  return module == k_builtins &&
         std::ranges::find(k_os_errors, name) != std::ranges::end(k_os_errors);
}

}  // namespace hilo::pickle::detail
