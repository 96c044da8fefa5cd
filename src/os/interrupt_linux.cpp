// SPDX-License-Identifier: MIT
#include "os/interrupt.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace hilo::os {
namespace {

// Written before the handler is installed; volatile, since it reads them.
volatile int g_lifeline = -1;
volatile int g_parent = 0;
volatile int g_self = 0;

// Async-signal-safe, as hang_on() is.
void wait_for_the_parents_decision(int, siginfo_t* info, void*) {
  // In a child of a bare fork the lifeline is its parent's.
  if (::getpid() != g_self) return;
  const int error = errno;
  if (info->si_code == SI_USER && info->si_pid == g_parent) {
    heed_interrupts();
    (void)::raise(SIGINT);  // comes when this returns
  } else if (g_lifeline >= 0) {
    hang_on(g_lifeline);
  }
  errno = error;
}

}  // namespace

Interrupts interrupts() noexcept {
  struct sigaction now {};
  ::sigaction(SIGINT, nullptr, &now);
  if ((now.sa_flags & SA_SIGINFO) != 0) return Interrupts::handled;
  if (now.sa_handler == SIG_IGN) return Interrupts::nothing;
  return now.sa_handler == SIG_DFL ? Interrupts::end_it : Interrupts::handled;
}

void ignore_interrupts() noexcept { ::signal(SIGINT, SIG_IGN); }

void heed_interrupts() noexcept { ::signal(SIGINT, SIG_DFL); }

Lifeline make_lifeline(Ties ties) {
  return ties.daemon || ties.interrupts == Interrupts::handled ? make_lifeline() : Lifeline();
}

void tie_to_parent(Ties ties, int lifeline, int parent) noexcept {
  if (ties.daemon) hang_on(lifeline);
  if (ties.interrupts != Interrupts::handled) return;
  ::fcntl(lifeline, F_SETFD, FD_CLOEXEC);
  g_lifeline = ties.daemon ? -1 : lifeline;  // a daemon hangs on it already
  g_parent = parent;
  g_self = ::getpid();
  struct sigaction action {};
  action.sa_sigaction = wait_for_the_parents_decision;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
}

}  // namespace hilo::os
