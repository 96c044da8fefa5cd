// SPDX-License-Identifier: MIT
#pragma once

#include "threading/thread_record.hpp"

/// Daemons at the program's end (docs/design/daemons.md).
namespace hilo::detail {

/// Daemons stand still from now on, each where it next waits or calls stand_still_if_daemon().
/// The caller, who ends the program, does not.
void stop_daemons() noexcept;

/// Whether stop_daemons() was called: static objects die while daemons may be working with them.
[[nodiscard]] bool program_is_ending() noexcept;

/// Does not return from a daemon while the program ends, unless somebody joins it.
void stand_still_if_daemon();

/// Somebody joins `record`: a daemon that stood still goes on, or they would wait for ever.
void let_go_on(ThreadRecord& record) noexcept;

}  // namespace hilo::detail
