// SPDX-License-Identifier: MIT
#include "os/thread.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

namespace hilo::os {
namespace {

constexpr std::size_t k_longest_name = 15;

/// What the kernel keeps of a name: whole characters, and an end.
struct ShortName {
  char text[k_longest_name + 1];
  std::size_t length;

  explicit ShortName(const std::string& name) noexcept : length(name.size()) {
    if (length > k_longest_name) {
      length = k_longest_name;
      const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(name[at]) & 0xc0) == 0x80;
      };
      while (length > 0 && continues(length)) --length;
    }
    text[name.copy(text, length)] = '\0';
  }
};

}  // namespace

void set_current_thread_name(const std::string& name) noexcept {
  ::pthread_setname_np(::pthread_self(), ShortName(name).text);
}

void set_thread_name(std::uint64_t native_id, const std::string& name) noexcept {
  // pthread_setname_np() wants a pthread_t, which only who started the thread has.
  char path[48];
  std::snprintf(path, sizeof path, "/proc/self/task/%llu/comm",
                static_cast<unsigned long long>(native_id));
  const int descriptor = ::open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  const ShortName shown(name);
  [[maybe_unused]] const auto written = ::write(descriptor, shown.text, shown.length);
  ::close(descriptor);
}

std::uint64_t native_thread_id() noexcept {
  return static_cast<std::uint64_t>(::syscall(SYS_gettid));
}

int process_id() noexcept { return ::getpid(); }

void yield() noexcept { ::sched_yield(); }

}  // namespace hilo::os
