// SPDX-License-Identifier: MIT
#include "os/park.hpp"

namespace hilo::os {
namespace {

constinit std::atomic<void (*)()> g_hook{nullptr};

}  // namespace

ParkResult park(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                detail::Deadline deadline, ParkScope scope) {
  const ParkResult result = sleep_on(word, expected, deadline, scope);
  if (result == ParkResult::timed_out) call_park_hook();
  return result;
}

void hook_parks(void (*hook)()) noexcept { g_hook = hook; }

bool parks_are_hooked() noexcept { return g_hook.load() != nullptr; }

void call_park_hook() {
  if (auto* const hook = g_hook.load()) [[unlikely]]
    hook();
}

}  // namespace hilo::os
