// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "hilo/detail/export.hpp"

/// Contract: the system's threads, started, and what surrounds them: their ends, and fork().
namespace hilo::os {

/// A thread that was started and not yet waited for; nothing happens when this is dropped.
struct NativeThread {
  std::uintptr_t handle = 0;
};

/// Starts a thread that calls `entry(argument)` and leaves its result to nobody; a stack of
/// `stack_size` bytes, 0 for the system's default.
/// Throws: std::system_error that names the call. Its fault point: "start_native_thread".
[[nodiscard]] NativeThread start_native_thread(void* (*entry)(void*), void* argument,
                                               std::size_t stack_size = 0);

/// Whether a thread can be asked to have a stack of so many bytes, memory permitting.
[[nodiscard]] bool is_stack_size(std::size_t size) noexcept;

/// Nobody will wait for the thread: its resources go when it ends. Instead of joining it.
void detach_native_thread(NativeThread thread) noexcept;

/// Waits for the thread's very end, thread_local destructors included, and gives its resources
/// back. To be called once for each thread.
void join_native_thread(NativeThread thread) noexcept;

/// The same if the thread has ended already; otherwise does nothing.
/// Returns: whether it had ended.
[[nodiscard]] bool try_join_native_thread(NativeThread thread) noexcept;

/// The number (native_thread_id()) of the thread that runs main().
[[nodiscard]] std::uint64_t main_native_id() noexcept;

[[nodiscard]] bool is_main_thread() noexcept;

/// What is done at a thread's end. Stands in that thread's own memory: constinit thread_local.
struct ThreadEnd {
  void (*action)(void*) = nullptr;
  void* argument = nullptr;
  ThreadEnd* next = nullptr;
};

/// Calls `action(argument)` at the end of the calling thread, when its thread_local objects are
/// gone; what was asked for last comes first. `end` must not be in use; when the call comes it can
/// be used again. `action` must not count on thread_local variables: they may be as new. Not by
/// exit(), and not for the main thread.
void at_thread_end(ThreadEnd& end, void (*action)(void*), void* argument);

/// The calling thread is the main thread: calls `action()` when exit() begins, before static
/// objects die. One for the program. Where the system does not work like that (Windows), it is not
/// called.
void at_main_thread_exit(void (*action)());

/// Calls the three around every fork() of this process, from now on for good. Where there is no
/// fork(), does nothing. Exported for hilo's other libraries.
HILO_EXPORT void add_fork_hooks(void (*prepare)(), void (*parent)(), void (*child)());

/// The linker's name of the function at `address`, or nothing where it is not exported.
[[nodiscard]] std::string exported_symbol_at(const void* address);

}  // namespace hilo::os
