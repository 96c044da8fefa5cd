// SPDX-License-Identifier: MIT
#pragma once

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "hilo/multiprocessing.hpp"

namespace hilo::test {

/// A forked child that does its work one instruction at a time, and is killed after some of them.
class SteppedProcess {
 public:
  template <class Work>
  explicit SteppedProcess(Work work)
      : process_(mp::get_context(mp::StartMethod::fork).Process([work = std::move(work)] {
          (void)::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
          (void)::raise(SIGSTOP);
          work();
          (void)::raise(SIGSTOP);
        })) {
    process_.start();
    stopped_ = wait_for_stop();
  }

  /// Whether the system lets a process be stepped.
  [[nodiscard]] bool works() const noexcept { return stopped_; }

  /// Lets it do `count` instructions, less if it has done its work before.
  /// Returns: whether it has.
  [[nodiscard]] bool step(unsigned count) {
    for (unsigned done = 0; done < count; ++done) {
      if (::ptrace(PTRACE_SINGLESTEP, *process_.pid(), nullptr, nullptr) != 0) return false;
      if (!wait_for_stop()) return false;
      if (signal_ == SIGSTOP) return true;
    }
    return false;
  }

  /// Kills it. It is dead, but nobody has looked after what it left, until join().
  void kill() {
    process_.kill();
    siginfo_t info{};
    (void)::waitid(P_PID, static_cast<id_t>(*process_.pid()), &info, WEXITED | WNOWAIT);
  }
  void join() { process_.join(); }

 private:
  bool wait_for_stop() {
    int status = 0;
    if (::waitpid(*process_.pid(), &status, WUNTRACED) < 0 || !WIFSTOPPED(status)) return false;
    signal_ = WSTOPSIG(status);
    return true;
  }

  mp::Process process_;
  bool stopped_ = false;
  int signal_ = 0;
};

}  // namespace hilo::test
