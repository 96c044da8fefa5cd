// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// Contract: an anonymous file of memory that processes share by its descriptor. It has no name in
/// the file system and vanishes with its last user.
namespace hilo::os {

/// A new, empty memory file; the descriptor is the caller's.
/// Throws: std::system_error.
[[nodiscard]] int create_memory_file();

/// Throws: std::system_error if a memory file may not be as large as `size`.
void check_memory_file_limit(std::uint64_t size);

/// Reserves memory for [offset, offset + length), so that touching it cannot fail later; what is
/// reserved already stays as it is.
/// Throws: std::system_error if memory, the file's limit or the system refuses; nothing changed.
void reserve_memory_file(int descriptor, std::uint64_t offset, std::uint64_t length);

/// Gives the memory of [offset, offset + length) back to the system, as far as it can be; the range
/// must be reserved anew before it is touched, and reads as zeros then.
/// Returns: whether it was given back; if not, all is as before.
[[nodiscard]] bool discard_memory_file(int descriptor, std::uint64_t offset,
                                       std::uint64_t length) noexcept;

/// Maps [offset, offset + length) for all to read and write. The range may end beyond the file's
/// present size; only what is reserved may be touched.
/// Throws: std::system_error if address space is short.
[[nodiscard]] std::byte* map_memory_file(int descriptor, std::uint64_t offset, std::size_t length);

/// Names the file that the descriptor stands for now: a program may close descriptors that are not
/// its own, and the number is another file's then. 0 if it is nobody's.
[[nodiscard]] std::uint64_t memory_file_identity(int descriptor) noexcept;

/// Undoes map_memory_file().
void unmap_memory(std::byte* address, std::size_t length) noexcept;

/// Takes over a descriptor that arrived by inheritance, and passes on to nobody from now on.
/// Returns: the file's size, or 0 if it is no memory file of ours.
[[nodiscard]] std::uint64_t adopt_memory_file(int descriptor) noexcept;

}  // namespace hilo::os
