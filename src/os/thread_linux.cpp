// SPDX-License-Identifier: MIT
#include "os/thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hilo::os {
namespace {

constexpr std::size_t k_longest_name = 15;

}  // namespace

void set_current_thread_name(const std::string& name) noexcept {
  std::size_t length = name.size();
  if (length > k_longest_name) {
    length = k_longest_name;
    const auto continues = [&](std::size_t at) {
      return (static_cast<unsigned char>(name[at]) & 0xc0) == 0x80;
    };
    while (length > 0 && continues(length)) --length;
  }
  char buffer[k_longest_name + 1];
  buffer[name.copy(buffer, length)] = '\0';
  ::pthread_setname_np(::pthread_self(), buffer);
}

std::uint64_t native_thread_id() noexcept {
  return static_cast<std::uint64_t>(::syscall(SYS_gettid));
}

void yield() noexcept { ::sched_yield(); }

}  // namespace hilo::os
