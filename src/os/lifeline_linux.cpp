// SPDX-License-Identifier: MIT
#include "os/lifeline.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "os/faults.hpp"

namespace hilo::os {

// A pipe through which nothing ever flows. Its reader asks for a signal when something happens to
// it (O_ASYNC), and for SIGKILL as that signal: the one thing that can happen is that the last
// writer is gone. Unlike PR_SET_PDEATHSIG this does not fire when the *thread* that started the
// child ends, and unlike a watching thread it costs the child nothing.
Lifeline make_lifeline() {
  int ends[2];
  if (fault("pipe2") || ::pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "hilo: pipe2 for a daemonic process");
  }
  Lifeline lifeline{UniqueDescriptor(above_standard_streams(ends[1])),
                    UniqueDescriptor(above_standard_streams(ends[0]))};
  if (!lifeline.parent || !lifeline.child) {
    throw std::system_error(errno, std::generic_category(), "hilo: fcntl for a daemonic process");
  }
  return lifeline;
}

void hang_on(int descriptor) noexcept {
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  if (fault("fcntl") || ::fcntl(descriptor, F_SETOWN, ::getpid()) != 0 ||
      ::fcntl(descriptor, F_SETSIG, SIGKILL) != 0 ||
      ::fcntl(descriptor, F_SETFL, O_ASYNC | O_NONBLOCK) != 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  struct pollfd entry = {descriptor, POLLIN, 0};
  if (::poll(&entry, 1, 0) > 0 && (entry.revents & POLLHUP) != 0) ::kill(::getpid(), SIGKILL);
}

}  // namespace hilo::os
