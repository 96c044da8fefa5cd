// SPDX-License-Identifier: MIT
#include "os/park.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

constexpr std::int64_t k_second = 1'000'000'000;

int operation(int base, ParkScope scope) noexcept {
  return scope == ParkScope::in_process ? base | FUTEX_PRIVATE_FLAG : base;
}

}  // namespace

ParkResult sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                    detail::Deadline deadline, ParkScope scope) {
  // The bitset form takes an absolute time, on the clock that Deadline counts on.
  const timespec until{static_cast<time_t>(deadline.nanoseconds() / k_second),
                       static_cast<long>(deadline.nanoseconds() % k_second)};
  const long result =
      fault("park")
          ? -1
          : ::syscall(SYS_futex, &word, operation(FUTEX_WAIT_BITSET, scope), expected,
                      deadline.is_never() ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
  if (result == 0 || errno == EAGAIN || errno == EINTR) return ParkResult::woken;
  if (errno == ETIMEDOUT) return ParkResult::timed_out;
  throw std::system_error(errno, std::system_category(), "futex(FUTEX_WAIT_BITSET)");
}

int unpark(const std::atomic<std::uint32_t>& word, int count, ParkScope scope) noexcept {
  const int error = errno;  // a release must not disturb the caller's
  const long woken =
      fault("unpark") ? -1 : ::syscall(SYS_futex, &word, operation(FUTEX_WAKE, scope), count);
  errno = error;
  return woken < 0 ? 0 : static_cast<int>(woken);
}

}  // namespace hilo::os
