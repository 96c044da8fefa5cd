// SPDX-License-Identifier: MIT
#include "os/ended_children.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

[[noreturn]] void refuse(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

sigset_t child_signal() noexcept {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  return signals;
}

}  // namespace

EndedChildren::EndedChildren() {
  const sigset_t signals = child_signal();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  signals_.reset(fault("signalfd") ? -1 : ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) refuse("hilo: signalfd");
}

void EndedChildren::wait(int descriptor,
                         const std::function<void(int pid, EndStatus status)>& ended) {
  for (;;) {
    struct pollfd entries[] = {{descriptor, POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    if ((fault("poll") ? -1 : ::poll(entries, 2, -1)) < 0 && errno != EINTR) refuse("hilo: poll");
    if (entries[1].revents != 0) {
      // One signal may stand for several children: taken off first, so that none is missed.
      signalfd_siginfo signal;
      while (::read(signals_.get(), &signal, sizeof signal) > 0) continue;
      for (siginfo_t info = {};
           ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
           info = {}) {
        const int pid = info.si_pid;
        ended(pid, {true, info.si_code == CLD_EXITED ? info.si_status : -info.si_status});
        (void)reap({.pid = pid});
      }
    }
    if (entries[0].revents != 0) return;
  }
}

void EndedChildren::forget_in_child() noexcept {
  const sigset_t signals = child_signal();
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace hilo::os
