// SPDX-License-Identifier: MIT
#pragma once

#include "os/descriptor.hpp"

/// Contract: what a process shares with the one that asked for it, when another one forks it. Where
/// there is fork() alone.
namespace hilo::os {

/// Empty is what the process does not have.
struct Surroundings {
  UniqueDescriptor output;
  UniqueDescriptor error;
  UniqueDescriptor folder;
};

/// The caller's own.
[[nodiscard]] Surroundings current_surroundings() noexcept;

/// The caller has these from now on.
void enter_surroundings(Surroundings surroundings) noexcept;

/// What the caller writes to its standard error goes there from now on.
void redirect_error(int descriptor) noexcept;

}  // namespace hilo::os
