// SPDX-License-Identifier: MIT
#include "os/native_thread.hpp"

#include "os/faults.hpp"
#include "os/thread.hpp"

#define WIN32_LEAN_AND_MEAN
#include <process.h>
#include <windows.h>

#include <cerrno>
#include <limits>
#include <new>
#include <system_error>
#include <utility>

namespace hilo::os {
namespace {

/// Static initialisers run on the thread that runs main() later.
const DWORD g_main_thread = ::GetCurrentThreadId();

unsigned __stdcall run(void* raw) {
  const ThreadEntry entry = *static_cast<const ThreadEntry*>(raw);
  entry.call(entry.argument);
  return 0;
}

HANDLE as_handle(NativeThread thread) noexcept { return reinterpret_cast<HANDLE>(thread.handle); }

constinit thread_local ThreadEnd* t_ends = nullptr;

void WINAPI run_ends(void*) {
  // At the process's end the system has killed all other threads already: too late for anything.
  if (is_main_thread()) return;
  while (t_ends != nullptr) {
    const ThreadEnd end = *std::exchange(t_ends, t_ends->next);
    end.action(end.argument);
  }
}

}  // namespace

NativeThread start_native_thread(const ThreadEntry& entry, std::size_t stack_size) {
  if (!is_stack_size(stack_size)) {
    throw std::system_error(EINVAL, std::generic_category(), "hilo: _beginthreadex");
  }
  const std::uintptr_t handle =
      fault("start_native_thread")
          ? 0
          : ::_beginthreadex(nullptr, static_cast<unsigned>(stack_size), run,
                             const_cast<ThreadEntry*>(&entry), STACK_SIZE_PARAM_IS_A_RESERVATION,
                             nullptr);
  if (handle == 0) throw std::system_error(errno, std::generic_category(), "hilo: _beginthreadex");
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

void at_thread_end(ThreadEnd& end, void (*action)(void*), void* argument) {
  // A fiber-local slot, because its destructor runs while the thread still has its thread_local
  // memory, which the destructors of mingw's thread_local objects cannot count on.
  static const DWORD slot = ::FlsAlloc(run_ends);
  if (::FlsSetValue(slot, &t_ends) == 0) throw std::bad_alloc();
  end = {action, argument, t_ends};
  t_ends = &end;
}

// Its thread_local objects die when the system has killed all other threads.
void at_main_thread_exit(void (*)()) {}

void add_fork_hooks(void (*)(), void (*)(), void (*)()) {}

std::string exported_symbol_at(const void*) { return {}; }

}  // namespace hilo::os
