// SPDX-License-Identifier: MIT
#pragma once

#include <string>

/// Contract: what a spawned process was given by its parent, taken before anything else of the
/// program runs, so that nothing of it reaches programs that the process starts itself.
namespace hilo::os {

/// The environment entry that makes a process started by spawn() one of ours: its payload arrives
/// under `payload`, and its end of the lifeline, if it is daemonic, under `lifeline` (else -1).
[[nodiscard]] std::string birth_entry(int payload, int lifeline);

/// The environment entry that tells a spawned process where its family's memory is; see family.hpp.
constexpr const char* k_family_entry = "HILO_FAMILY";
/// What it said in this process; nullptr if it was not there.
[[nodiscard]] const char* family_entry() noexcept;

/// The payload's descriptor in a spawned process whose main() has not come to freeze_support() yet,
/// else -1.
[[nodiscard]] int waiting_payload() noexcept;

/// freeze_support() has come: the payload is the caller's, who closes it.
[[nodiscard]] int take_payload() noexcept;

/// Ends a spawned process whose main() did not begin with freeze_support(), with a message. Does
/// nothing in any other process.
void refuse_unfrozen() noexcept;

}  // namespace hilo::os
