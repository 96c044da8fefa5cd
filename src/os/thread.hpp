// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

/// Contract: the calling thread, and its process, as the system sees them.
namespace hilo::os {

/// Gives the calling thread a name for debuggers and process listings. Linux keeps the first 15
/// bytes, cut between characters; a system without names ignores it.
void set_current_thread_name(const std::string& name) noexcept;

/// The same for any living thread of this process, by its native_thread_id().
void set_thread_name(std::uint64_t native_id, const std::string& name) noexcept;

/// The number under which the system's tools list the calling thread.
[[nodiscard]] std::uint64_t native_thread_id() noexcept;

/// The id of the caller's process, asked of the system.
[[nodiscard]] int process_id() noexcept;

/// Lets another thread run.
void yield() noexcept;

}  // namespace hilo::os
