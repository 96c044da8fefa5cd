// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace hilo::os {

/// How many bytes of memory the machine and this process's control groups still have, as far as the
/// system tells; the largest number if it does not. `root` stands before all paths, for tests.
[[nodiscard]] std::uint64_t memory_room(const std::string& root = {});

}  // namespace hilo::os
