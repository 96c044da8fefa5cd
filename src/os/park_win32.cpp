// SPDX-License-Identifier: MIT
#include "os/park.hpp"

#define WIN32_LEAN_AND_MEAN
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0602
#endif
#include <windows.h>

#include <cerrno>
#include <system_error>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

// Rounded up, so that a wait never ends before its deadline.
DWORD milliseconds_until(detail::Deadline deadline) noexcept {
  if (deadline.is_never()) return INFINITE;
  const std::int64_t left = deadline.nanoseconds() - detail::Deadline::now();
  if (left <= 0) return 0;
  const std::int64_t milliseconds = (left + 999'999) / 1'000'000;
  return milliseconds < INFINITE ? static_cast<DWORD>(milliseconds) : INFINITE - 1;
}

}  // namespace

ParkResult sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                    detail::Deadline deadline, ParkScope scope) {
  if (scope == ParkScope::shared) {
    throw std::system_error(std::make_error_code(std::errc::function_not_supported),
                            "hilo: sleeping on shared memory is not available on Windows yet");
  }
  if (fault("park")) {
    throw std::system_error(errno, std::generic_category(), "WaitOnAddress");
  }
  auto* address = const_cast<std::atomic<std::uint32_t>*>(&word);
  if (::WaitOnAddress(address, &expected, sizeof expected, milliseconds_until(deadline))) {
    return ParkResult::woken;
  }
  const DWORD error = ::GetLastError();
  // The longest wait the call takes may be shorter than ours.
  if (error == ERROR_TIMEOUT) {
    return deadline.passed() ? ParkResult::timed_out : ParkResult::woken;
  }
  throw std::system_error(static_cast<int>(error), std::system_category(), "WaitOnAddress");
}

int unpark(const std::atomic<std::uint32_t>& word, int count, ParkScope) noexcept {
  auto* address = const_cast<std::atomic<std::uint32_t>*>(&word);
  if (count == k_everybody) {
    ::WakeByAddressAll(address);
  } else {
    for (int i = 0; i < count; ++i) ::WakeByAddressSingle(address);
  }
  return count;
}

}  // namespace hilo::os
