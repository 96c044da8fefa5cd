// SPDX-License-Identifier: MIT
#include "threading/daemon.hpp"

#include "os/park.hpp"
#include "threading/current.hpp"
#include "threading/registry.hpp"

namespace hilo::detail {
namespace {

constinit thread_local bool t_ends_the_program = false;

}  // namespace

bool program_is_ending() noexcept { return os::parks_are_hooked(); }

void stop_daemons() noexcept {
  t_ends_the_program = true;
  os::hook_parks(stand_still_if_daemon);
}

bool daemons_outlive_objects() noexcept {
  return program_is_ending() && ThreadRegistry::get().has_daemons();
}

void stand_still_if_daemon() {
  if (!program_is_ending() || t_ends_the_program) return;
  ThreadRecord* const current = known_current_record();
  if (current == nullptr || current->kind != ThreadKind::ours || !current->daemon) return;
  while (current->at_end.get() == DaemonEnd::stands_still) {
    static_cast<void>(current->at_end.wait_while(DaemonEnd::stands_still, Deadline::never()));
  }
}

void let_go_on(ThreadRecord& record) noexcept {
  if (program_is_ending() && record.daemon) record.at_end.set(DaemonEnd::goes_on);
}

}  // namespace hilo::detail
