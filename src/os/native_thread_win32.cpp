// SPDX-License-Identifier: MIT
#include "os/native_thread.hpp"

#include "os/faults.hpp"
#include "os/thread.hpp"

#define WIN32_LEAN_AND_MEAN
#include <process.h>
#include <windows.h>

#include <cerrno>
#include <limits>
#include <memory>
#include <new>
#include <system_error>

namespace hilo::os {
namespace {

/// Static initialisers run on the thread that runs main() later.
const DWORD g_main_thread = ::GetCurrentThreadId();

struct Start {
  void* (*entry)(void*);
  void* argument;
};

unsigned __stdcall run(void* raw) {
  const Start start = *std::unique_ptr<Start>(static_cast<Start*>(raw));
  start.entry(start.argument);
  return 0;
}

HANDLE as_handle(NativeThread thread) noexcept { return reinterpret_cast<HANDLE>(thread.handle); }

void WINAPI run_ends(void* raw);

/// The calling thread's ends. A fiber-local slot, not a thread_local: mingw may have taken that
/// memory back already.
DWORD ends_slot() {
  static const DWORD slot = ::FlsAlloc(run_ends);
  return slot;
}

void WINAPI run_ends(void* raw) {
  // At the process's end the system has killed all other threads already: too late for anything.
  if (is_main_thread()) return;
  // What is asked for meanwhile gets its turn, as often as POSIX promises it.
  for (int round = 0; raw != nullptr && round < 4; ++round) {
    ::FlsSetValue(ends_slot(), nullptr);
    while (raw != nullptr) {
      const std::unique_ptr<ThreadEnd> end(static_cast<ThreadEnd*>(raw));
      raw = end->next;
      end->action(end->argument);
    }
    raw = ::FlsGetValue(ends_slot());
  }
  ::FlsSetValue(ends_slot(), nullptr);
}

}  // namespace

NativeThread start_native_thread(void* (*entry)(void*), void* argument, std::size_t stack_size) {
  auto start = std::make_unique<Start>(Start{entry, argument});
  if (!is_stack_size(stack_size)) {
    throw std::system_error(EINVAL, std::generic_category(), "hilo: _beginthreadex");
  }
  const std::uintptr_t handle =
      fault("start_native_thread")
          ? 0
          : ::_beginthreadex(nullptr, static_cast<unsigned>(stack_size), run, start.get(),
                             STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (handle == 0) throw std::system_error(errno, std::generic_category(), "hilo: _beginthreadex");
  [[maybe_unused]] const auto* const given_away = start.release();
  return {handle};
}

bool is_stack_size(std::size_t size) noexcept {
  return size <= std::numeric_limits<unsigned>::max();
}

void join_native_thread(NativeThread thread) noexcept {
  ::WaitForSingleObject(as_handle(thread), INFINITE);
  ::CloseHandle(as_handle(thread));
}

void detach_native_thread(NativeThread thread) noexcept { ::CloseHandle(as_handle(thread)); }

bool try_join_native_thread(NativeThread thread) noexcept {
  if (::WaitForSingleObject(as_handle(thread), 0) != WAIT_OBJECT_0) return false;
  ::CloseHandle(as_handle(thread));
  return true;
}

std::uint64_t main_native_id() noexcept { return g_main_thread; }

bool is_main_thread() noexcept { return ::GetCurrentThreadId() == g_main_thread; }

// Not in `end` itself: mingw takes the thread_local memory of some threads back before this runs.
void at_thread_end(ThreadEnd&, void (*action)(void*), void* argument) {
  auto* const before = static_cast<ThreadEnd*>(::FlsGetValue(ends_slot()));
  auto end = std::make_unique<ThreadEnd>(ThreadEnd{action, argument, before});
  if (::FlsSetValue(ends_slot(), end.get()) == 0) throw std::bad_alloc();
  [[maybe_unused]] const auto* const given_away = end.release();
}

// Its thread_local objects die when the system has killed all other threads.
void at_main_thread_exit(void (*)()) {}

void add_fork_hooks(void (*)(), void (*)(), void (*)()) {}

std::string exported_symbol_at(const void*) { return {}; }

}  // namespace hilo::os
