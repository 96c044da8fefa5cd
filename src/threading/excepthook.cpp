// SPDX-License-Identifier: MIT
#include "hilo/threading/excepthook.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>

#include "hilo/errors.hpp"
#include "threading/exception_text.hpp"
#include "threading/registry.hpp"
#include "threading/thread_record.hpp"

namespace hilo::threading {
namespace {

using detail::ExceptionText;

/// Shared, because a hook can be replaced while threads are in it. Guarded by the registry, and
/// like it never destroyed.
std::shared_ptr<const ExceptHook>& hook_in_force() {
  static auto* const hook = new std::shared_ptr<const ExceptHook>();
  return *hook;
}

/// In one piece, so that the lines of several threads do not mix.
void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

/// Inside a handler.
void print_failure_of_hook() {
  print(fmt::format("Exception in threading.excepthook:\n  {}\n",
                    detail::describe_current_exception()));
}

}  // namespace

ExceptHook set_excepthook(ExceptHook hook) {
  auto given = hook ? std::make_shared<const ExceptHook>(std::move(hook)) : nullptr;
  {
    const std::scoped_lock guard(detail::ThreadRegistry::get().mutex);
    hook_in_force().swap(given);
  }
  return given ? *given : ExceptHook();
}

void excepthook(const ExceptHookArgs& args) {
  std::shared_ptr<const ExceptHook> hook;
  {
    const std::scoped_lock guard(detail::ThreadRegistry::get().mutex);
    hook = hook_in_force();
  }
  try {
    if (hook) return (*hook)(args);
  } catch (const abi::__forced_unwind&) {
    throw;  // pthread_exit() and cancellation must not be stopped
  } catch (...) {
    print_failure_of_hook();
  }
  default_excepthook(args);
}

void default_excepthook(const ExceptHookArgs& args) {
  try {
    if (args.exc_value) std::rethrow_exception(args.exc_value);
  } catch (const SystemExit&) {
    return;
  } catch (...) {  // NOLINT(bugprone-empty-catch): `args` has its text
  }
  print(fmt::format("Exception in thread {}:\n  {}\n", args.thread.name(),
                    detail::joined(args.exc_type, args.what)));
}

}  // namespace hilo::threading

namespace hilo::detail {

void report_exception(const std::shared_ptr<ThreadRecord>& record) {
  ExceptionText text;
  try {
    std::rethrow_exception(record->error);
  } catch (...) {
    text = text_of_current_exception();
  }
  // Outside of a handler, where a hook may not end its thread by pthread_exit().
  threading::excepthook({.exc_type = std::move(text.type),
                         .exc_value = record->error,
                         .what = std::move(text.what),
                         .thread = ThreadAccess::handle(record)});
}

}  // namespace hilo::detail
