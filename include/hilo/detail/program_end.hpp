// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/export.hpp"

/// What the program's end means for daemons, which go on meanwhile (docs/design/daemons.md).
namespace hilo::detail {

/// Whether daemons run while static objects die: a destructor then leaves to them, and the system,
/// what they may be working with.
[[nodiscard]] HILO_EXPORT bool daemons_outlive_objects() noexcept;

/// Does not return from a daemon while the program is ending, unless somebody joins it: before it
/// touches what may be gone.
HILO_EXPORT void stand_still_if_daemon();

}  // namespace hilo::detail
