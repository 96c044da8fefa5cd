// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hilo/detail/process_call.hpp"
#include "hilo/multiprocessing/start_method.hpp"
#include "os/child.hpp"
#include "os/descriptor.hpp"
#include "os/sentinel.hpp"

namespace hilo::detail {

class ForkServer;

/// The exit code of a process whose status somebody else took; CPython's choice.
constexpr int k_unknown_exitcode = 255;

/// Keeps the report open while it is listened to, also when the child is reaped meanwhile.
struct ProcessRef : os::ProcessRef {
  std::shared_ptr<const os::WatchedDescriptor> kept;
};

/// What all handles of one process share. Guarded by the registry's mutex, but for what a handle's
/// own process never changes after it is made.
struct ProcessState {
  enum class Phase { created, starting, started, closed };

  std::string name;
  /// The path of the process in the tree: its number among its siblings, behind its parent's path.
  std::vector<unsigned> identity;
  bool daemon = false;
  /// A daemon that may have daemons: a pool's worker, which has no other end than they.
  bool may_have_daemons = false;
  std::string authkey;
  std::optional<multiprocessing::StartMethod> method;
  std::unique_ptr<ProcessCall> call;
  /// Who forks it, if not the family's forkserver.
  std::shared_ptr<ForkServer> nursery;

  /// The process that made it, the only one to start, join or signal it.
  int creator = 0;
  Phase phase = Phase::created;
  /// 0 before the start. Of the current process the registry knows it.
  int pid = 0;
  std::optional<int> exitcode;
  /// A boot_time() at which it lived: of the parent's state, and of a child that the forkserver
  /// made.
  std::optional<std::int64_t> seen;
  os::Sentinel sentinel;
  /// The end whose holder's death ends a daemonic process, and one that was interrupted.
  os::WatchedDescriptor lifeline;
  /// Of a child that the forkserver made: where it says how the child ended.
  std::shared_ptr<os::WatchedDescriptor> report;
  /// Its record in the family.
  std::uint32_t member = 0;

  [[nodiscard]] ProcessRef ref() const noexcept {
    return {{pid, seen, report && report->intact() ? report->get() : -1}, report};
  }
};

}  // namespace hilo::detail
