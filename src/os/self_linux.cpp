// SPDX-License-Identifier: MIT
#include "os/self.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <sys/prctl.h>
#include <sys/single_threaded.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

template <class Stream>
void flush(Stream& stream) noexcept {
  try {
    stream.flush();
  } catch (...) {  // a stream may be told to throw; a full disk must not stop a start
  }
}

}  // namespace

int parent_process_id() noexcept { return ::getppid(); }

int fork_process() noexcept { return fault("fork") ? -1 : ::fork(); }

void settle_forked_child() noexcept {
  ::close(STDIN_FILENO);
  // The lowest free number is 0 now, so this is standard input.
  [[maybe_unused]] const int descriptor = ::open("/dev/null", O_RDONLY);
  ::__fpurge(stdin);
  std::clearerr(stdin);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void leave(int code) noexcept { ::_exit(code); }

void on_exit(void (*hook)(int status)) noexcept {
  ::on_exit([](int status, void* argument) { reinterpret_cast<void (*)(int)>(argument)(status); },
            reinterpret_cast<void*>(hook));
}

void flush_standard_streams() noexcept {
  flush(std::cout);
  flush(std::clog);
  flush(std::cerr);
  flush(std::wcout);
  flush(std::wclog);
  flush(std::wcerr);
  std::fflush(stdout);
  std::fflush(stderr);
}

void write_error(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool other_threads_run() noexcept {
  if (__libc_single_threaded) return false;
  struct stat status;
  // Two links are the folder's own; each thread is one more.
  return ::stat("/proc/self/task", &status) == 0 && status.st_nlink > 3;
}

void set_process_title(std::string_view program) noexcept {
  char title[16] = {};
  program.remove_prefix(program.rfind('/') + 1);  // npos + 1 is 0
  program.copy(title, sizeof title - 1);
  ::prctl(PR_SET_NAME, title);
}

}  // namespace hilo::os
