// SPDX-License-Identifier: MIT
#include "os/birth.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "os/self.hpp"

namespace hilo::os {
namespace {

constexpr const char* k_name = "HILO_SPAWNED";

constinit Birth g_birth;
char g_family[32];  // two numbers

// Before the static objects of the program: one of them may start a program of its own.
[[gnu::constructor(101)]] void read_birth() {
  const char* entry = std::getenv(k_name);
  if (entry == nullptr) return;
  Birth birth;
  int daemon = 0;
  int interrupts = 0;
  const int read = std::sscanf(entry, "%d:%d:%d:%d:%d:%d", &birth.payload, &birth.lifeline, &daemon,
                               &interrupts, &birth.fork_client, &birth.fork_server);
  ::unsetenv(k_name);
  if (const char* family = std::getenv(k_family_entry)) {
    std::strncpy(g_family, family, sizeof g_family - 1);
    ::unsetenv(k_family_entry);
  }
  if (read != 6) return;
  birth.ties = {.daemon = daemon != 0, .interrupts = static_cast<Interrupts>(interrupts)};
  if (birth.lifeline >= 0) tie_to_parent(birth.ties, birth.lifeline, ::getppid());
  if (birth.fork_server >= 0) {
    ignore_interrupts();
    ::unsetenv("LD_BIND_NOW");
  }
  for (const int descriptor : {birth.payload, birth.fork_client, birth.fork_server}) {
    if (descriptor >= 0 && ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) return;
  }
  g_birth = birth;
  on_exit([](int) { refuse_unfrozen(); });
}

}  // namespace

std::string birth_entry(const Birth& birth) {
  char text[64];
  std::snprintf(text, sizeof text, "%s=%d:%d:%d:%d:%d:%d", k_name, birth.payload, birth.lifeline,
                static_cast<int>(birth.ties.daemon), static_cast<int>(birth.ties.interrupts),
                birth.fork_client, birth.fork_server);
  return text;
}

const char* family_entry() noexcept { return g_family[0] != '\0' ? g_family : nullptr; }

Birth take_birth() noexcept { return std::exchange(g_birth, Birth()); }

void refuse_unfrozen() noexcept {
  if (g_birth.payload < 0) return;
  write_error(
      "hilo: this process was started by the start method spawn or forkserver, so main() must "
      "begin\n"
      "      with hilo::multiprocessing::freeze_support(argc, argv); it did not, and the process "
      "ends.\n");
  leave(1);
}

}  // namespace hilo::os
