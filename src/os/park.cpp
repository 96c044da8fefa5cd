// SPDX-License-Identifier: MIT
#include "os/park.hpp"

namespace hilo::os {
namespace {

constexpr std::int64_t k_slice = 10'000'000;  // nanoseconds

constinit std::atomic<void (*)()> g_hook{nullptr};

ParkResult park_hooked(void (*hook)(), const std::atomic<std::uint32_t>& word,
                       std::uint32_t expected, detail::Deadline deadline, ParkScope scope) {
  hook();
  if (sleep_on(word, expected, deadline.sooner(k_slice), scope) == ParkResult::woken) {
    return ParkResult::woken;
  }
  return deadline.passed() ? ParkResult::timed_out : ParkResult::woken;
}

}  // namespace

ParkResult park(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                detail::Deadline deadline, ParkScope scope) {
  if (auto* const hook = g_hook.load()) [[unlikely]]
    return park_hooked(hook, word, expected, deadline, scope);
  const ParkResult result = sleep_on(word, expected, deadline, scope);
  // What it slept on may be gone if this does not return.
  if (auto* const hook = g_hook.load()) [[unlikely]]
    hook();
  return result;
}

void hook_parks(void (*hook)()) noexcept { g_hook = hook; }

bool parks_are_hooked() noexcept { return g_hook.load() != nullptr; }

}  // namespace hilo::os
