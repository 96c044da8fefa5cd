// SPDX-License-Identifier: MIT
#include "os/thread.hpp"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <vector>

namespace hilo::os {

namespace {

void describe(HANDLE thread, const std::string& name) noexcept try {
  // Since Windows 10 1607 only, so it is looked up.
  using SetThreadDescription = HRESULT(WINAPI*)(HANDLE, PCWSTR);
  static const auto set_description =
      reinterpret_cast<SetThreadDescription>(reinterpret_cast<void*>(
          ::GetProcAddress(::GetModuleHandleW(L"kernel32.dll"), "SetThreadDescription")));
  if (set_description == nullptr) return;
  const int bytes = static_cast<int>(name.size());
  const int length = ::MultiByteToWideChar(CP_UTF8, 0, name.data(), bytes, nullptr, 0);
  std::vector<wchar_t> wide(static_cast<std::size_t>(length) + 1);
  ::MultiByteToWideChar(CP_UTF8, 0, name.data(), bytes, wide.data(), length);
  set_description(thread, wide.data());
} catch (...) {  // NOLINT(bugprone-empty-catch): a thread without a name runs just as well
}

}  // namespace

void set_current_thread_name(const std::string& name) noexcept {
  describe(::GetCurrentThread(), name);
}

void set_thread_name(std::uint64_t native_id, const std::string& name) noexcept {
  const HANDLE thread =
      ::OpenThread(THREAD_SET_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(native_id));
  if (thread == nullptr) return;
  describe(thread, name);
  ::CloseHandle(thread);
}

std::uint64_t native_thread_id() noexcept { return ::GetCurrentThreadId(); }

int process_id() noexcept { return static_cast<int>(::GetCurrentProcessId()); }

void yield() noexcept { ::SwitchToThread(); }

}  // namespace hilo::os
