// SPDX-License-Identifier: MIT
#include "os/poll_linux.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "os/faults.hpp"

namespace hilo::os {

using detail::Deadline;

timespec time_until(Deadline deadline) noexcept {
  constexpr std::int64_t k_second = 1'000'000'000;
  const std::int64_t left = std::max<std::int64_t>(0, deadline.nanoseconds() - Deadline::now());
  return {static_cast<time_t>(left / k_second), static_cast<long>(left % k_second)};
}

bool poll_until(std::span<pollfd> entries, Deadline deadline) {
  for (;;) {
    const timespec timeout = time_until(deadline);
    const int result = fault("ppoll") ? -1
                                      : ::ppoll(entries.data(), entries.size(),
                                                deadline.is_never() ? nullptr : &timeout, nullptr);
    if (result > 0) return true;
    if (result == 0 && deadline.passed()) return false;
    if (result < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "hilo: ppoll");
    }
  }
}

}  // namespace hilo::os
