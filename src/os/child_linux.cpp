// SPDX-License-Identifier: MIT
#include "os/child.hpp"

#include <poll.h>
#include <signal.h>
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

namespace hilo::os {
namespace {

using detail::Deadline;

constexpr idtype_t k_by_sentinel = static_cast<idtype_t>(3);  // P_PIDFD, which glibc 2.35 lacks
constexpr std::int64_t k_millisecond = 1'000'000;

int wait_child(ProcessRef child, siginfo_t& info, int options) noexcept {
  int result;
  do {
    info.si_pid = 0;
    result = fault("waitid") ? -1
             : child.sentinel >= 0
                 ? ::waitid(k_by_sentinel, static_cast<id_t>(child.sentinel), &info, options)
                 : ::waitid(P_PID, static_cast<id_t>(child.pid), &info, options);
  } while (result != 0 && errno == EINTR);
  if (result != 0 && errno == EINVAL && child.sentinel >= 0) {  // Linux 5.3 knows the sentinel only
    return wait_child({child.pid}, info, options);
  }
  return result;
}

timespec until(Deadline deadline) noexcept {
  const std::int64_t left = std::max<std::int64_t>(0, deadline.nanoseconds() - Deadline::now());
  return {static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
}

bool id_in_use(int pid) noexcept { return ::kill(pid, 0) == 0 || errno != ESRCH; }

bool has_ended(ProcessRef process) noexcept {
  siginfo_t info;
  if (wait_child(process, info, WEXITED | WNOHANG | WNOWAIT) == 0) return info.si_pid != 0;
  // Not our child, or taken by another. A parent that nobody has reaped yet has ended too.
  return !process_lives(process.pid, boot_time());
}

// Without a sentinel nothing tells of the end but asking again and again.
bool ask_until_end(ProcessRef process, Deadline deadline) {
  std::int64_t pause = k_millisecond / 4;
  while (!has_ended(process)) {
    if (deadline.passed()) return false;
    const timespec nap = until(deadline.sooner(pause));
    ::nanosleep(&nap, nullptr);
    pause = std::min(pause * 2, 10 * k_millisecond);
  }
  return true;
}

}  // namespace

UniqueDescriptor open_sentinel(int pid) noexcept {
  if (fault("pidfd_open")) return {};
  return UniqueDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

bool wait_for_end(ProcessRef process, Deadline deadline) {
  if (process.sentinel < 0) return ask_until_end(process, deadline);
  for (;;) {
    struct pollfd entry = {process.sentinel, POLLIN, 0};
    const timespec timeout = until(deadline);
    const int result =
        fault("ppoll") ? -1 : ::ppoll(&entry, 1, deadline.is_never() ? nullptr : &timeout, nullptr);
    if (result > 0) return true;
    if (result == 0) return false;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "hilo: ppoll");
  }
}

std::optional<EndStatus> reap(ProcessRef child) noexcept {
  siginfo_t info;
  if (wait_child(child, info, WEXITED | WNOHANG) != 0) {
    // Not ours to wait for any more. With a sentinel its end is still seen.
    if (child.sentinel >= 0) {
      struct pollfd entry = {child.sentinel, POLLIN, 0};
      if (::poll(&entry, 1, 0) == 0) return std::nullopt;
    } else if (id_in_use(child.pid)) {
      return std::nullopt;
    }
    return EndStatus{false, 0};
  }
  if (info.si_pid == 0) return std::nullopt;
  return EndStatus{true, info.si_code == CLD_EXITED ? info.si_status : -info.si_status};
}

void send_signal(ProcessRef process, Signal signal) {
  const int number = signal == Signal::kill ? SIGKILL : SIGTERM;
  int result = -1;
  if (process.sentinel >= 0 && !fault("pidfd_send_signal")) {
    result =
        static_cast<int>(::syscall(SYS_pidfd_send_signal, process.sentinel, number, nullptr, 0));
  }
  // A child that nobody reaped keeps its id: safe without the sentinel too.
  if (process.sentinel < 0 || (result != 0 && (errno == ENOSYS || errno == EPERM))) {
    result = fault("kill") ? -1 : ::kill(process.pid, number);
  }
  if (result != 0 && errno != ESRCH) {
    throw std::system_error(errno, std::generic_category(), "hilo: kill");
  }
}

}  // namespace hilo::os
