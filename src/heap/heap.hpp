// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "heap/layout.hpp"

/// Blocks in the family's memory (docs/design/heap.md).
namespace hilo::detail::family {

enum class Zeroed : bool { no, yes };

/// A block of at least `size` bytes, 16-byte aligned, that belongs to this member: when it dies the
/// block comes back by itself. One compare-exchange on the block's own state is all that claims it.
/// Throws: std::system_error if there is no memory.
[[nodiscard]] Offset allocate(std::size_t size, Zeroed zeroed = Zeroed::no);

/// Gives back what allocate() returned, from any member.
void release(Offset payload) noexcept;

/// Gives a block to the family as a whole: it stays until the family ends.
void make_permanent(Offset payload);

/// Makes segment 0 a heap with nothing in it. The founder's first step.
void found_heap();

/// Frees a block, whatever it was. Under the family's lock.
void free_block(Block& block) noexcept;

/// Mends what a process that died under the family's lock left half done. Under that lock.
void mend_heap();

/// What is in use and what the file occupies, in bytes. Takes the family's lock.
struct HeapUse {
  std::uint64_t blocks = 0;    ///< blocks in use
  std::uint64_t bytes = 0;     ///< their bytes
  std::uint64_t reserved = 0;  ///< memory taken from the system
  bool operator==(const HeapUse&) const = default;
};
[[nodiscard]] HeapUse heap_use();

}  // namespace hilo::detail::family
