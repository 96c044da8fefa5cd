// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "os/interrupt.hpp"

/// Contract: what a spawned process was given by its parent, taken before anything else of the
/// program runs, so that nothing of it reaches programs that the process starts itself.
namespace hilo::os {

/// The numbers under which what a spawned process was given arrives; -1 for what it was not.
struct Birth {
  int payload = -1;
  /// Its end of the lifeline, and what that is for.
  int lifeline = -1;
  Ties ties = {};
  /// The way to the family's forkserver.
  int fork_client = -1;
  /// Of the forkserver itself: where requests come in.
  int fork_server = -1;
};

/// The environment entry that makes a process started by spawn() one of ours.
[[nodiscard]] std::string birth_entry(const Birth& birth);

/// The environment entry that tells a spawned process where its family's memory is; see family.hpp.
constexpr const char* k_family_entry = "HILO_FAMILY";
/// What it said in this process; nullptr if it was not there.
[[nodiscard]] const char* family_entry() noexcept;

/// For the forkserver: the system looks up all functions when it starts, not each when it is first
/// called; else every process that it forks would do that again, and copy the pages for it.
constexpr const char* k_look_up_at_once = "LD_BIND_NOW=hilo";

/// freeze_support() has come: what the process was given is the caller's, who closes it. It is
/// tied to its parent already.
[[nodiscard]] Birth take_birth() noexcept;

/// Ends a spawned process whose main() did not begin with freeze_support(), with a message. Does
/// nothing in any other process.
void refuse_unfrozen() noexcept;

}  // namespace hilo::os
