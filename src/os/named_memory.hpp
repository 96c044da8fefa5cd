// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "os/descriptor.hpp"

/// Contract: memory with a name in the system, for programs that know nothing of each other. A name
/// is at most 250 bytes without a slash; only the user who made the memory may open it.
namespace hilo::os {

enum class Tracked : bool { no, yes };

/// New memory of `size` bytes, all zero, every one of them there. It has its size when its name
/// appears. If tracked it is an orphan when everybody who got it from here has closed it.
/// Throws: std::system_error (file_exists), also if there is no memory; nothing is left then.
[[nodiscard]] UniqueDescriptor create_named_memory(const std::string& name, std::uint64_t size,
                                                   Tracked tracked);

/// Throws: std::system_error (no_such_file_or_directory).
[[nodiscard]] UniqueDescriptor open_named_memory(const std::string& name);

/// Throws: std::system_error.
[[nodiscard]] std::uint64_t named_memory_size(int descriptor);

/// Takes the name away; who has the memory open keeps it. Windows: nothing, it goes with its users.
/// Throws: std::system_error (no_such_file_or_directory).
void unlink_named_memory(const std::string& name);

/// Takes the names of this user's orphans away. Returns: how many there were.
std::size_t unlink_named_orphans() noexcept;

}  // namespace hilo::os
