// SPDX-License-Identifier: MIT
#include "os/faults.hpp"

#include <cerrno>
#include <string_view>

namespace hilo::os {
namespace faults {
namespace {

// Written while disarmed only; a child of a fork inherits what its parent armed.
struct Plan {
  char calls_meant[64];  // " one other "
  int error;
  int first;
  int count;
  std::atomic<int> calls;
};
constinit Plan g_plan{};

}  // namespace

constinit std::atomic<bool> g_armed{false};

bool strike(const char* call) noexcept {
  const std::string_view meant(g_plan.calls_meant);
  const std::string_view name(call);
  std::size_t at = meant.find(name);
  while (at != meant.npos && (meant[at - 1] != ' ' || meant[at + name.size()] != ' ')) {
    at = meant.find(name, at + 1);
  }
  if (at == meant.npos) return false;
  const int number = g_plan.calls.fetch_add(1) + 1;
  if (number < g_plan.first || number - g_plan.first >= g_plan.count) return false;
  errno = g_plan.error;
  return true;
}

}  // namespace faults

FaultGuard::FaultGuard(const std::string& call, int error, int first, int count) {
  auto& plan = faults::g_plan;
  const std::string meant = ' ' + call + ' ';
  plan.calls_meant[meant.copy(plan.calls_meant, sizeof plan.calls_meant - 1)] = '\0';
  plan.error = error;
  plan.first = first;
  plan.count = count;
  plan.calls = 0;
  faults::g_armed = true;
}

FaultGuard::~FaultGuard() { faults::g_armed = false; }

int FaultGuard::calls() const noexcept { return faults::g_plan.calls; }

}  // namespace hilo::os
