// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "hilo/detail/export.hpp"

/// Memory that belongs to an object of the family: what containers in it allocate. It goes with the
/// object. A reference means the same in every member; 0 is none.
namespace hilo::detail::family {

using Reference = std::uint64_t;

/// Set in a reference that is no offset but an address of this process: of what stands on a stack.
constexpr Reference k_local = Reference{1} << 63;

/// Before the first allocation.
HILO_EXPORT void open_arena(Reference object);
/// `bytes` for the object, aligned to 16. Killed at any instruction, it belongs to the object or is
/// free. Throws: std::system_error if there is no memory.
[[nodiscard]] HILO_EXPORT Reference allocate_in_arena(Reference object, std::size_t bytes);
/// Safe from any member; the block must be one of an arena.
HILO_EXPORT void release_in_arena(Reference block) noexcept;
/// Frees all that the object ever allocated. Takes the family's lock.
HILO_EXPORT void clear_arena(Reference object);

/// Where the reference is in this process. Throws: std::system_error if it cannot be mapped.
[[nodiscard]] HILO_EXPORT void* resolve_offset(Reference offset);
/// The reference of an address in the family's memory, or of one of this process's own.
[[nodiscard]] HILO_EXPORT Reference reference_of(const void* address) noexcept;

[[nodiscard]] inline void* resolve(Reference reference) {
  if ((reference & k_local) == 0) return reference == 0 ? nullptr : resolve_offset(reference);
  return reinterpret_cast<void*>(reference & ~k_local);  // NOLINT: an address it was
}

/// The object whose section this thread is in: a container that is made there belongs to it.
[[nodiscard]] HILO_EXPORT Reference current_arena() noexcept;
/// Returns: the one before.
HILO_EXPORT Reference exchange_current_arena(Reference object) noexcept;

/// A container with an allocator of no object wants memory.
[[noreturn]] HILO_EXPORT void refuse_outside_arena();

}  // namespace hilo::detail::family
