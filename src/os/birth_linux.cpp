// SPDX-License-Identifier: MIT
#include "os/birth.hpp"

#include <fcntl.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "os/lifeline.hpp"
#include "os/self.hpp"

namespace hilo::os {
namespace {

constexpr const char* k_name = "HILO_SPAWNED";

int g_payload = -1;
char g_family[32];  // two numbers

// Before the static objects of the program: one of them may start a program of its own.
[[gnu::constructor(101)]] void read_birth() {
  const char* entry = std::getenv(k_name);
  if (entry == nullptr) return;
  char* rest = nullptr;
  const long payload = std::strtol(entry, &rest, 10);
  const long lifeline = *rest == ':' ? std::strtol(rest + 1, nullptr, 10) : -1;
  ::unsetenv(k_name);
  if (const char* family = std::getenv(k_family_entry)) {
    std::strncpy(g_family, family, sizeof g_family - 1);
    ::unsetenv(k_family_entry);
  }
  if (lifeline >= 0) hang_on(static_cast<int>(lifeline));
  if (payload < 0 || ::fcntl(static_cast<int>(payload), F_SETFD, FD_CLOEXEC) != 0) return;
  g_payload = static_cast<int>(payload);
  on_exit([](int) { refuse_unfrozen(); });
}

}  // namespace

std::string birth_entry(int payload, int lifeline) {
  return std::string(k_name) + '=' + std::to_string(payload) + ':' + std::to_string(lifeline);
}

const char* family_entry() noexcept { return g_family[0] != '\0' ? g_family : nullptr; }

int waiting_payload() noexcept { return g_payload; }

int take_payload() noexcept { return std::exchange(g_payload, -1); }

void refuse_unfrozen() noexcept {
  if (g_payload < 0) return;
  write_error(
      "hilo: this process was started by the start method spawn, so main() must begin with\n"
      "      hilo::multiprocessing::freeze_support(argc, argv); it did not, and the process "
      "ends.\n");
  leave(1);
}

}  // namespace hilo::os
