// SPDX-License-Identifier: MIT
#include "os/child.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "os/faults.hpp"
#include "os/liveness.hpp"
#include "os/poll_linux.hpp"
#include "os/receive_linux.hpp"
#include "os/self.hpp"
#include "os/sentinel.hpp"

namespace hilo::os {
namespace {

using detail::Deadline;

constexpr std::int64_t k_millisecond = 1'000'000;

[[noreturn]] void refuse(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

int wait_child(int pid, siginfo_t& info, int options) noexcept {
  int result;
  do {
    info.si_pid = 0;
    result = fault("waitid") ? -1 : ::waitid(P_PID, static_cast<id_t>(pid), &info, options);
  } while (result != 0 && errno == EINTR);
  return result;
}

int number_of(Signal signal) noexcept {
  switch (signal) {
    case Signal::terminate:
      return SIGTERM;
    case Signal::interrupt:
      return SIGINT;
    case Signal::kill:
      break;
  }
  return SIGKILL;
}

// The next report, which stays where it is.
ssize_t look_at_report(int report, ChildReport& found, int flags) noexcept {
  return receive_to_the_end(
      [&] { return fault("recv") ? -1 : ::recv(report, &found, sizeof found, MSG_PEEK | flags); });
}

// How a process that is no child ended; nothing if it has not. What its parent reports of that
// stays to be read.
std::optional<EndStatus> end_of_stranger(ProcessRef process) noexcept {
  if (process.report >= 0) {
    ChildReport found;
    const ssize_t size = look_at_report(process.report, found, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (size == static_cast<ssize_t>(sizeof found)) {
      return found.ended ? std::optional(found.status) : std::nullopt;
    }
    // Its parent has gone, or the program has closed what is not its own.
  }
  const bool gone =
      parent_process_id() != process.pid && !process_lives(process.pid, *process.seen);
  return gone ? std::optional(EndStatus{false, 0}) : std::nullopt;
}

// Until something is to be read there, or the descriptor is of no use, or `deadline` has passed.
void await_event(int descriptor, Deadline deadline) {
  pollfd entry = {descriptor, POLLIN, 0};
  (void)poll_until({&entry, 1}, deadline);
}

// Where nothing tells of the end: asks again and again.
bool ask_until_end(ProcessRef process, Deadline deadline) {
  std::int64_t pause = k_millisecond / 4;
  while (!has_ended(process)) {
    if (deadline.passed()) return false;
    const timespec nap = time_until(deadline.sooner(pause));
    ::nanosleep(&nap, nullptr);
    pause = std::min(pause * 2, 10 * k_millisecond);
  }
  return true;
}

}  // namespace

bool has_ended(ProcessRef process) {
  if (process.seen) return end_of_stranger(process).has_value();
  siginfo_t info;
  if (wait_child(process.pid, info, WEXITED | WNOHANG | WNOWAIT) == 0) return info.si_pid != 0;
  if (errno != ECHILD) refuse("hilo: waitid");
  return true;  // and its status was taken by another
}

bool wait_for_end(ProcessRef process, Deadline deadline) {
  if (deadline.is_never() && !process.seen) {
    siginfo_t info;
    if (wait_child(process.pid, info, WEXITED | WNOWAIT) != 0 && errno != ECHILD) {
      refuse("hilo: waitid");
    }
    return true;
  }
  // A stranger is gone a while before its parent has said how it ended.
  if (process.report >= 0) {
    if (has_ended(process)) return true;
    await_event(process.report, deadline);
    if (has_ended(process)) return true;
  }
  UniqueDescriptor sentinel;
  if (!deadline.passed()) sentinel = open_sentinel(process.pid);
  // Looked at afterwards: if it still lives, the sentinel is its, and nobody's who got the id
  // later.
  if (sentinel && !has_ended(process)) await_event(sentinel.get(), deadline);
  return ask_until_end(process, deadline);
}

std::optional<EndStatus> reap(ProcessRef process) noexcept {
  if (process.seen) return end_of_stranger(process);
  siginfo_t info;
  if (wait_child(process.pid, info, WEXITED | WNOHANG) != 0) {
    return errno == ECHILD ? std::optional(EndStatus{false, 0}) : std::nullopt;
  }
  if (info.si_pid == 0) return std::nullopt;
  return EndStatus{true, info.si_code == CLD_EXITED ? info.si_status : -info.si_status};
}

std::optional<ChildReport> first_report(int report) noexcept {
  ChildReport found;
  ssize_t size;
  do {
    size = look_at_report(report, found, 0);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(sizeof found)) return std::nullopt;
  if (!found.ended) (void)::recv(report, &found, sizeof found, 0);
  return found;
}

void send_signal(ProcessRef process, Signal signal) {
  const int number = number_of(signal);
  // Opened before the look: a stranger's id may be another's right after it.
  const UniqueDescriptor sentinel = process.seen ? open_sentinel(process.pid) : UniqueDescriptor();
  if (has_ended(process)) return;  // its id may be another's if somebody else has reaped it
  const long result = fault("kill") ? -1
                      : sentinel
                          ? ::syscall(SYS_pidfd_send_signal, sentinel.get(), number, nullptr, 0)
                          : ::kill(process.pid, number);
  if (result != 0 && errno != ESRCH) refuse("hilo: kill");
}

}  // namespace hilo::os
