// SPDX-License-Identifier: MIT
#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "heap/family.hpp"
#include "multiprocessing/fork_server.hpp"
#include "multiprocessing/start.hpp"
#include "os/child.hpp"
#include "os/interrupt.hpp"
#include "os/self.hpp"
#include "threading/exit.hpp"

namespace hilo::detail {
namespace {

constinit std::atomic<bool> g_warned_of_threads{false};

}  // namespace

void warn_of_threads() {
  if (g_warned_of_threads || !os::other_threads_run() || g_warned_of_threads.exchange(true)) return;
  os::write_error(
      "hilo: warning: a process is started by fork while other threads run; what they hold stays\n"
      "      held in the child, which may wait for it for ever: prefer the start method spawn or "
      "forkserver\n");
}

namespace {

// Noexcept, and it never returns: nothing unwinds into the frames of the parent.
[[noreturn]] void live_as_forked_child(const StatePointer& self, os::Ties ties, int lifeline,
                                       const std::function<void()>& body) noexcept {
  os::settle_forked_child();
  if (lifeline >= 0) os::tie_to_parent(ties, lifeline, os::parent_process_id());
  os::on_exit(end_forked_child);
  Registry::instance().become(self);
  run_to_end(self->name, body, &end_forked_child);
}

}  // namespace

void live_as_nursery(os::UniqueDescriptor requests) noexcept {
  os::settle_forked_child();
  os::on_exit(end_forked_child);
  std::string name = "of a nursery";
  const auto body = [&] {
    const auto child = serve_forks({.fork_server = requests.release()});
    if (!child) os::leave(0);
    live_as_described(*child, name);
  };
  run_to_end(name, body, &end_forked_child);
}

void end_forked_child(int code) noexcept {
  run_program_end();
  os::flush_standard_streams();
  os::leave(code);
}

void start_by_fork(const StatePointer& child, const std::function<void()>& body) {
  Registry& registry = Registry::instance();
  warn_of_threads();
  os::flush_standard_streams();
  const os::Ties ties = {.daemon = child->daemon, .interrupts = os::interrupts()};
  os::Lifeline lifeline = os::make_lifeline(ties);
  family::Nascent member;
  member.inherit_all();
  {
    const std::scoped_lock guard(registry.mutex);
    registry.current->pid = registry.pid;  // by which the child knows its parent
  }
  StartingChild starting(child, member, std::move(lifeline.parent));
  const int pid = os::fork_process();
  if (pid == 0) {
    member.become_after_fork();
    live_as_forked_child(child, ties, lifeline.child.get(), body);
  }
  int error = errno;
  if (pid > 0 && member.refused()) {  // it has ended, or is about to
    (void)os::wait_for_end({.pid = pid}, Deadline::never());
    (void)os::reap({.pid = pid});
    error = ENOMEM;
  }
  if (pid < 0 || member.refused()) {
    throw std::system_error(error, std::generic_category(), "hilo: fork");
  }
  starting.started(pid);
}

}  // namespace hilo::detail
