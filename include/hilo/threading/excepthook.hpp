// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <string>

#include "hilo/detail/export.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {

/// What a hook is told of an exception that left a thread's target.
struct ExceptHookArgs {
  std::string exc_type;  ///< as the source has it, "std::runtime_error"
  std::exception_ptr exc_value;
  std::string what;  ///< its text; empty where its type has none
  Thread thread;
};

using ExceptHook = std::function<void(const ExceptHookArgs&)>;

/// Has `hook` called, from now on, for each exception that leaves a thread's target: by the thread
/// itself, which is still alive then. result() hands the exception on as before. A hook that throws
/// is reported on standard error, and what it was told of is then printed as without it.
///
/// For a Timer whose thread the system refused, the thread that waits for all Timers calls it, when
/// that one has ended: there it must not wait for another, since none goes on meanwhile.
///
///     threading::set_excepthook([](const auto& args) { log(args.thread.name(), args.what); });
///
/// Returns:   the hook before, to be set again; empty if that was default_excepthook().
/// Python:    threading.excepthook = hook; as there, a hook is told of SystemExit too.
/// Safe from: any thread.
HILO_EXPORT ExceptHook set_excepthook(ExceptHook hook);

/// Hands `args` to the hook in force: for code that catches a thread's exceptions itself. Throws
/// nothing.
HILO_EXPORT void excepthook(const ExceptHookArgs& args);

/// What is done when no hook is set: prints the thread's name and the exception's type and text on
/// standard error; nothing for SystemExit.
///
/// Python: threading.__excepthook__.
HILO_EXPORT void default_excepthook(const ExceptHookArgs& args);

}  // namespace hilo::threading
