// SPDX-License-Identifier: MIT
#include "hilo/detail/family/arena.hpp"

#include <utility>

#include "heap/heap.hpp"
#include "heap/loose.hpp"
#include "heap/runs.hpp"
#include "heap/section.hpp"
#include "hilo/errors.hpp"

namespace hilo::detail::family {
namespace {

constinit thread_local Reference t_current = 0;

}  // namespace

void open_arena(Reference object) { expect_loose_blocks(object); }

Reference allocate_in_arena(Reference object, std::size_t bytes) {
  const Offset block = allocate(bytes);
  give_to_object(block, object, 0);
  return block;
}

void release_in_arena(Reference block) noexcept { release(block); }

void clear_arena(Reference object) {
  const Section section;
  for_each_block([object](Block& block, std::uint64_t) {
    if (block.state.load() == loose_state(0) && block.link.load() == object) free_block(block);
  });
}

void* resolve_offset(Reference offset) { return g_segments.resolve(offset); }

Reference reference_of(const void* address) noexcept {
  if (address == nullptr) return 0;
  const Offset offset = g_segments.offset_of(address);
  return offset != 0 ? offset : reinterpret_cast<Reference>(address) | k_local;
}

Reference current_arena() noexcept { return t_current; }
Reference exchange_current_arena(Reference object) noexcept {
  return std::exchange(t_current, object);
}

void refuse_outside_arena() {
  throw RuntimeError(
      "hilo: a container with mp::allocator wants memory, but was made outside of any section of "
      "an "
      "mp::shared; make it inside, or use a container of the standard");
}

}  // namespace hilo::detail::family
