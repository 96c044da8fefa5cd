// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "heap/heap.hpp"
#include "heap/layout.hpp"

/// Loose blocks: an object has them without a list, so one store gives a block to it and one takes
/// it back, without the family's lock. They go with the object at the latest.
namespace hilo::detail::family {

/// The state of a loose block. Where the same block may be the object's again, tags tell which time
/// is meant: 29 bits of a number that grows.
constexpr std::uint32_t loose_state(std::uint64_t tag) noexcept {
  return k_loose | (static_cast<std::uint32_t>(tag) & k_tag_mask);
}

[[nodiscard]] inline Block& block_with(Offset payload) {
  return *g_segments.as<Block>(payload - sizeof(Block));
}

/// Before the object gets its first one: from now on they are looked for when it goes.
void expect_loose_blocks(Offset object);

/// A block that the caller owns is the object's from now on.
inline void give_to_object(Offset payload, Offset object, std::uint64_t tag) {
  Block& block = block_with(payload);
  block.link.store(object, std::memory_order_relaxed);
  // release: link and contents stand before.
  block.state.store(loose_state(tag), std::memory_order_release);
}

/// A loose block of which nobody else knows any more is the caller's.
inline void take_from_object(Offset payload) {
  block_with(payload).state.store(k_owned | FamilyScope::self(), std::memory_order_release);
}

/// Frees a block of the caller's, but leaves its memory with the family, however large it is.
inline void free_block_only(Offset payload) {
  block_with(payload).state.store(0, std::memory_order_release);
}

/// Frees the block if its state is still `state`. Where no two callers can do so at once.
inline void free_loose(Offset payload, std::uint32_t state) {
  if (block_with(payload).state.load(std::memory_order_acquire) == state) release(payload);
}

}  // namespace hilo::detail::family
