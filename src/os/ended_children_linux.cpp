// SPDX-License-Identifier: MIT
#include "os/ended_children.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

[[noreturn]] void refuse(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

constinit int g_bell = -1;         // rung by the handler
struct sigaction g_action_before;  // to SIGCHLD

// A handler, and no signalfd: a thread that the preload function started would take the signal away
// from that.
void ring(int) {
  const int error = errno;
  const std::uint64_t one = 1;
  (void)!::write(g_bell, &one, sizeof one);
  errno = error;
}

}  // namespace

EndedChildren::EndedChildren() {
  bell_.reset(fault("eventfd") ? -1 : ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell_) refuse("hilo: eventfd");
  g_bell = bell_.get();
  struct sigaction action = {};
  action.sa_handler = ring;
  action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
  ::sigaction(SIGCHLD, &action, &g_action_before);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

EndedChildren::~EndedChildren() { ::sigaction(SIGCHLD, &g_action_before, nullptr); }

void EndedChildren::wait(int descriptor,
                         const std::function<void(int pid, EndStatus status)>& ended) {
  for (;;) {
    struct pollfd entries[] = {{descriptor, POLLIN, 0}, {bell_.get(), POLLIN, 0}};
    if ((fault("poll") ? -1 : ::poll(entries, 2, -1)) < 0 && errno != EINTR) refuse("hilo: poll");
    if (entries[1].revents != 0) {
      // One signal may stand for several children: taken off first, so that none is missed.
      std::uint64_t rung;
      (void)!::read(bell_.get(), &rung, sizeof rung);
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

}  // namespace hilo::os
