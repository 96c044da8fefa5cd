// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "multiprocessing/process_state.hpp"
#include "os/descriptor.hpp"

namespace hilo::detail {

/// What a child that is no copy of this process is told: who it is, and its call. What the
/// arguments name in the family's memory is held for `member`, the child's record, from now on.
/// Throws: PicklingError, std::system_error.
[[nodiscard]] os::UniqueDescriptor pack_payload(const ProcessState& child, std::uint32_t member);

}  // namespace hilo::detail
