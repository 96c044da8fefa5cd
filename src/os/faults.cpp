// SPDX-License-Identifier: MIT
#include "os/faults.hpp"

#include <cerrno>
#include <string_view>

namespace hilo::os {
namespace faults {
namespace {

// Written while disarmed only; a child of a fork inherits what its parent armed.
struct Plan {
  char call[32];
  int error;
  int first;
  int count;
  std::atomic<int> calls;
};
constinit Plan g_plan{};

}  // namespace

constinit std::atomic<bool> g_armed{false};

bool strike(const char* call) noexcept {
  if (std::string_view(call) != g_plan.call) return false;
  const int number = g_plan.calls.fetch_add(1) + 1;
  if (number < g_plan.first || number - g_plan.first >= g_plan.count) return false;
  errno = g_plan.error;
  return true;
}

}  // namespace faults

FaultGuard::FaultGuard(const std::string& call, int error, int first, int count) {
  auto& plan = faults::g_plan;
  plan.call[call.copy(plan.call, sizeof plan.call - 1)] = '\0';
  plan.error = error;
  plan.first = first;
  plan.count = count;
  plan.calls = 0;
  faults::g_armed = true;
}

FaultGuard::~FaultGuard() { faults::g_armed = false; }

int FaultGuard::calls() const noexcept { return faults::g_plan.calls; }

}  // namespace hilo::os
