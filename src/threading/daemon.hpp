// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/program_end.hpp"
#include "threading/thread_record.hpp"

namespace hilo::detail {

/// The program is ending: a daemon whose wait runs out of time stands still from now on, and so
/// does one that calls stand_still_if_daemon(). Not the caller, who ends the program.
void stop_daemons() noexcept;

/// Whether somebody called that: from now on static objects die.
[[nodiscard]] bool program_is_ending() noexcept;

/// Somebody joins `record`: a daemon that stood still goes on, or they would wait for ever.
void let_go_on(ThreadRecord& record) noexcept;

}  // namespace hilo::detail
