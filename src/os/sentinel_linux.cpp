// SPDX-License-Identifier: MIT
#include "os/sentinel.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

// Before Linux 6.9 the files of all sentinels have one inode, and what else they name is told here.
bool may_name(int descriptor, int pid) noexcept {
  char path[40];
  std::snprintf(path, sizeof path, "/proc/self/fdinfo/%d", descriptor);
  const UniqueDescriptor file(fault("open") ? -1 : ::open(path, O_RDONLY | O_CLOEXEC));
  char text[512];
  const ssize_t length = file ? ::read(file.get(), text, sizeof text - 1) : -1;
  if (length < 0) return true;
  text[length] = '\0';
  const char* const line = std::strstr(text, "\nPid:");
  if (line == nullptr) return false;
  const long named = std::strtol(line + 5, nullptr, 10);
  return named == pid || named == -1;  // which it is after the process was reaped
}

}  // namespace

UniqueDescriptor open_sentinel(int pid) noexcept {
  if (fault("pidfd_open")) return {};
  return UniqueDescriptor(
      above_standard_streams(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
}

void end_if_stopped(const UniqueDescriptor& sentinel, int pid) noexcept {
  char path[40];
  std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
  const UniqueDescriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  char text[512];
  const ssize_t length = file ? ::read(file.get(), text, sizeof text - 1) : -1;
  if (length < 0 || !sentinel) return;
  text[length] = '\0';
  // Behind the name, which may hold parentheses too; by the sentinel, as the id may be another's.
  const char* const state = std::strrchr(text, ')');
  if (state == nullptr || std::strncmp(state, ") T", 3) != 0) return;
  ::syscall(SYS_pidfd_send_signal, sentinel.get(), SIGKILL, nullptr, 0);
}

bool Sentinel::intact() const noexcept {
  return descriptor_.intact() && (pid_ == 0 || may_name(descriptor_.get(), pid_));
}

int Sentinel::of(ProcessRef process) {
  if (intact()) return descriptor_.get();
  reset();
  UniqueDescriptor opened = open_sentinel(process.pid);
  const int error = errno;
  pid_ = process.pid;
  if (has_ended(process)) {  // so what was opened may be another's, who got the id
    opened.reset(above_standard_streams(::eventfd(1, EFD_CLOEXEC)));
    pid_ = 0;
    if (!opened) throw std::system_error(errno, std::generic_category(), "hilo: eventfd");
  }
  if (!opened) throw std::system_error(error, std::generic_category(), "hilo: pidfd_open");
  descriptor_ = WatchedDescriptor(std::move(opened));
  return descriptor_.get();
}

void Sentinel::reset() noexcept {
  if (!intact()) descriptor_.abandon();
  descriptor_.reset();
}

}  // namespace hilo::os
