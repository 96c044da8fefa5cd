// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/export.hpp"

/// What the program's end means for daemons, which go on meanwhile (docs/design/daemons.md).
namespace hilo::detail {

/// Whether the end has come so far that static objects die. A destructor then leaves alone what
/// daemons may be working with.
[[nodiscard]] HILO_EXPORT bool program_is_ending() noexcept;

/// Does not return from a daemon while the program is ending, unless somebody joins it: before it
/// touches what may be gone.
HILO_EXPORT void stand_still_if_daemon();

}  // namespace hilo::detail
