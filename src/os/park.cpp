// SPDX-License-Identifier: MIT
#include "os/park.hpp"

namespace hilo::os {
namespace {

constinit std::atomic<void (*)()> g_time_is_up{nullptr};

}  // namespace

ParkResult park(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                detail::Deadline deadline, ParkScope scope) {
  const ParkResult result = sleep_on(word, expected, deadline, scope);
  if (result == ParkResult::timed_out) {
    if (auto* const time_is_up = g_time_is_up.load()) [[unlikely]]
      time_is_up();
  }
  return result;
}

void hook_parks(void (*time_is_up)()) noexcept { g_time_is_up = time_is_up; }

bool parks_are_hooked() noexcept { return g_time_is_up.load() != nullptr; }

}  // namespace hilo::os
