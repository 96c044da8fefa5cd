// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "os/park.hpp"

namespace hilo::detail::futures {

/// Has all look again who wait_for_news(): something that they wait for may have changed.
inline void tell_news(std::atomic<std::uint32_t>& news) noexcept {
  news.fetch_add(1);
  os::unpark(news, os::k_everybody, os::ParkScope::in_process);
}

/// Waits until `came()`. Returns: false if it had not come until `deadline`.
template <class Came>
bool wait_for_news(const std::atomic<std::uint32_t>& news, Deadline deadline, Came&& came) {
  for (;;) {
    const std::uint32_t seen = news.load();
    if (came()) return true;
    if (deadline.passed()) return false;
    (void)os::park(news, seen, deadline, os::ParkScope::in_process);
  }
}

}  // namespace hilo::detail::futures
