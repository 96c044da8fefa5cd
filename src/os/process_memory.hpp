// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace hilo::os {

/// Contract: how many bytes of a process's memory are in the machine's, without what it maps of
/// files and shares with others by that; 0 if there is no such process, or the system does not
/// tell. Pages that it has from a fork and nobody has written since count, in parent and child.
[[nodiscard]] std::uint64_t own_memory(int pid) noexcept;

}  // namespace hilo::os
