// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "multiprocessing/registry.hpp"
#include "os/birth.hpp"
#include "os/descriptor.hpp"

/// How a process starts, by each method, and what it does from there to its end.
namespace hilo::detail {

/// Parent: starts the child as a copy of this process, in which `body` runs.
/// Throws: std::system_error; nothing was started then.
void start_by_fork(const StatePointer& child, const std::function<void()>& body);

/// Parent: runs the program again, to do child->call.
/// Throws: PicklingError, std::system_error; nothing was started then.
void start_by_spawn(const StatePointer& child);

/// Fork's warning, once, if other threads run.
void warn_of_threads();

/// Child of a fork: a forkserver that is a copy of its parent, until nobody can ask it any more.
/// Its own children live here too, and leave as children of a fork do.
[[noreturn]] void live_as_nursery(os::UniqueDescriptor requests) noexcept;

/// Child: becomes what the payload of its birth describes, and does the call in it.
void live_as_described(const os::Birth& birth, std::string& name);

/// Parent: lets the family's forkserver, or the nursery that is the child's, start it, to do
/// child->call.
/// Throws: PicklingError, RuntimeError, std::system_error; nothing was started then.
void start_by_forkserver(const StatePointer& child);

/// Child: runs `body`, then `end(exit code)`, which must not return. An exception that gets out of
/// `body` is printed with the process's name; pthread_exit() and cancellation end it as a return.
[[noreturn]] void run_to_end(const std::string& name, const std::function<void()>& body,
                             void (*end)(int code)) noexcept;

/// Child: its end, if it was forked. The exit handlers and static objects of what it was forked
/// from are not its own to end, and its thread_local objects neither, so the process leaves without
/// std::exit(). A target that calls that ends here too: the child has this as its own first
/// handler.
void end_forked_child(int code) noexcept;

}  // namespace hilo::detail
