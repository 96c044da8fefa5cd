// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/// The objects that this process holds.
namespace hilo::detail::family {

/// No handle of this process comes or goes between the two; around a fork, by the forking thread.
void lock_table() noexcept;
void unlock_table() noexcept;

/// `member`, a child about to be forked, holds all that this process holds. The table is locked.
/// Throws: std::system_error.
void hold_all_for(std::uint32_t member);

}  // namespace hilo::detail::family
