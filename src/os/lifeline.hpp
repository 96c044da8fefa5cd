// SPDX-License-Identifier: MIT
#pragma once

#include "os/descriptor.hpp"

/// Contract: a child that cannot outlive its parent, however the parent dies.
namespace hilo::os {

/// Two ends: the parent keeps one as long as it lives and nobody else has it; the child hangs on
/// the other.
struct Lifeline {
  UniqueDescriptor parent;
  UniqueDescriptor child;
};

/// Throws: std::system_error.
[[nodiscard]] Lifeline make_lifeline();

/// From now on this process is killed at the moment when the last holder of the other end is gone;
/// at once if it is gone already. `descriptor` stays open and is the system's business from now on.
/// Where the system does not offer that, it is killed when the thread that started it ends.
void hang_on(int descriptor) noexcept;

}  // namespace hilo::os
