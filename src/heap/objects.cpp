// SPDX-License-Identifier: MIT
#include "heap/objects.hpp"

#include <cerrno>
#include <system_error>

#include "heap/heap.hpp"
#include "heap/loose.hpp"
#include "heap/members.hpp"
#include "heap/runs.hpp"
#include "heap/section.hpp"
#include "hilo/detail/family/scope.hpp"

namespace hilo::detail::family {
namespace {

constexpr std::size_t k_before_payload = sizeof(Block) + sizeof(ObjectHeader);
static_assert(k_before_payload == 64);

ObjectHeader& header_of(Block& block) { return *reinterpret_cast<ObjectHeader*>(&block + 1); }
Block& block_of_object(Offset object) { return *g_segments.as<Block>(object - k_before_payload); }

/// Calls `visit(std::atomic<uint32_t>& holder)` until it returns true.
template <class Visit>
bool any_holder(ObjectHeader& object, Visit visit) {
  for (auto& holder : object.holders) {
    if (visit(holder)) return true;
  }
  for (Offset more = object.more_holders.load(); more != 0;) {
    auto& block = *g_segments.as<HolderBlock>(more);
    for (auto& holder : block.holders) {
      if (visit(holder)) return true;
    }
    more = block.more.load();
  }
  return false;
}

/// Links an owned block into the object's parts. Under the family's lock.
void link_part(Offset object, Offset part) {
  Block& block = *g_segments.as<Block>(part);
  ObjectHeader& owner = header_of(block_of_object(object));
  block.link.store(owner.parts.load());
  header().moving_object.store(object);
  header().moving_part.store(part);
  owner.parts.store(part);
  block.state.store(k_part);
  header().moving_part.store(0);
}

/// Unlinks and frees the object's first part. Under the family's lock.
void free_part(Offset object, Offset part) {
  Block& block = *g_segments.as<Block>(part);
  header().moving_object.store(object);
  header().moving_part.store(part);
  header_of(block_of_object(object)).parts.store(block.link.load());
  free_block(block);
  header().moving_part.store(0);
}

/// Blocks are aligned to 64: the holder that stands for an object which carries others.
constexpr std::uint32_t k_carrier = 1u << 31;
constexpr std::uint32_t in_flight(Offset carrier) noexcept {
  return k_carrier | static_cast<std::uint32_t>(carrier >> 6);
}

void free_object(Block& block);

/// Takes `member` from the holders, once or wherever it stands; frees the object if it held it as
/// the last. Under the family's lock.
enum class Times { once, all };
void let_go_if_held(Block& block, std::uint32_t member, Times times) {
  bool found = false;
  bool held = false;
  any_holder(header_of(block), [&](std::atomic<std::uint32_t>& holder) {
    const std::uint32_t present = holder.load();
    if (present == member && (!found || times == Times::all)) {
      holder.store(0);
      found = true;
    } else {
      held = held || present != 0;
    }
    return false;
  });
  if (found && !held) free_object(block);
}

/// Frees the loose blocks of an object that goes, and lets go of what it carried. Objects that are
/// going already (they have no serial) are left to who frees them.
void free_loose_of(Offset object) {
  for_each_block([object](Block& block, std::uint64_t) {
    const std::uint32_t state = block.state.load();
    if ((state & k_kind_mask) == k_object) {
      if (header_of(block).serial.load() == 0) return;
      let_go_if_held(block, in_flight(object), Times::all);
    } else if ((state & k_kind_mask) == 0 && (state & k_loose) != 0 && block.link == object) {
      free_block(block);
    }
  });
}

void free_object(Block& block) {
  const Offset object = g_segments.offset_of(&block) + k_before_payload;
  ObjectHeader& owner = header_of(block);
  owner.serial.store(0);  // from here on it is going
  if (block.link.load() != 0) free_loose_of(object);
  for (Offset part = owner.parts.load(); part != 0; part = owner.parts.load()) {
    free_part(object, part);
  }
  free_block(block);
}

/// Takes `member` from the holders; frees the object if it was the last. Under the family's lock.
void let_go(Block& block, std::uint32_t member) {
  ObjectHeader& object = header_of(block);
  bool held = false;
  any_holder(object, [&](std::atomic<std::uint32_t>& holder) {
    const std::uint32_t present = holder.load();
    if (present == member) holder.store(0);
    held = held || (present != 0 && present != member);
    return false;
  });
  if (!held) free_object(block);
}

/// A holder that is not used. Under the family's lock. Throws: std::system_error.
std::atomic<std::uint32_t>& unused_holder(Offset object) {
  ObjectHeader& known = header_of(block_of_object(object));
  std::atomic<std::uint32_t>* unused = nullptr;
  any_holder(known, [&unused](std::atomic<std::uint32_t>& holder) {
    if (holder.load() != 0) return false;
    unused = &holder;
    return true;
  });
  if (unused != nullptr) return *unused;
  const Offset more = create_part(object, sizeof(HolderBlock));
  auto& fresh = *g_segments.as<HolderBlock>(more);
  fresh.more.store(known.more_holders.load());
  known.more_holders.store(more);
  return fresh.holders[0];
}

}  // namespace

Offset create_object(std::size_t size) {
  const Offset place = allocate(sizeof(ObjectHeader) + size, Zeroed::yes);
  const Offset object = place + sizeof(ObjectHeader);
  Block& block = block_of_object(object);
  ObjectHeader& fresh = header_of(block);
  fresh.serial.store(header().last_serial.fetch_add(1) + 1);
  fresh.holders[0].store(g_self.load());
  block.link.store(0);
  block.state.store(k_object);  // until here it was this member's own, and would go with it
  return object;
}

Offset create_part(Offset object, std::size_t size) {
  const Section section;
  const Offset part = allocate(size, Zeroed::yes);
  link_part(object, part - sizeof(Block));
  return part;
}

void expect_loose_blocks(Offset object) { block_of_object(object).link.store(1); }

std::uint64_t serial_of(Offset object) { return header_of(block_of_object(object)).serial.load(); }

bool hold(Offset object, std::uint64_t serial, std::uint32_t member) {
  const Section section;
  Block* const block = object < k_before_payload ? nullptr : find_block(object - k_before_payload);
  if (block == nullptr || block->state.load() != k_object) return false;
  if (header_of(*block).serial.load() != serial) return false;
  hold_known(object, member);
  return true;
}

void hold_known(Offset object, std::uint32_t member) {
  ObjectHeader& known = header_of(block_of_object(object));
  const bool holds_already = any_holder(known, [member](const std::atomic<std::uint32_t>& holder) {
    return holder.load() == member;
  });
  if (!holds_already) unused_holder(object).store(member);
}

void let_go(Offset object, std::uint32_t member) noexcept {
  const Section section;
  let_go(block_of_object(object), member);
}

void hold_in_flight(Offset object, Offset carrier) {
  if ((carrier >> 6) >= k_carrier) {
    throw std::system_error(ENOMEM, std::generic_category(),
                            "hilo: the family's memory is too large to carry handles");
  }
  const Section section;
  expect_loose_blocks(carrier);  // what it carries is looked for then, too
  unused_holder(object).store(in_flight(carrier));
}

void let_go_in_flight(Offset object, Offset carrier) noexcept {
  const Section section;
  let_go_if_held(block_of_object(object), in_flight(carrier), Times::once);
}

bool held_by_living(Offset object, std::uint64_t serial) {
  const Section section;
  Block* const block = object < k_before_payload ? nullptr : find_block(object - k_before_payload);
  if (block == nullptr || block->state.load() != k_object) return false;
  ObjectHeader& known = header_of(*block);
  return known.serial.load() == serial &&
         any_holder(known, [](const std::atomic<std::uint32_t>& holder) {
           const std::uint32_t present = holder.load();
           return present != 0 && ((present & k_carrier) != 0 || !member_died(present));
         });
}

void give_back_all_of(std::uint32_t member) noexcept {
  for_each_block([&](Block& block, std::uint64_t) {
    const std::uint32_t state = block.state.load();
    if (state == (k_owned | member)) {
      free_block(block);
    } else if ((state & k_kind_mask) == k_object) {
      let_go(block, member);
    }
  });
}

void mend_objects() {
  const Offset part = header().moving_part.load();
  if (part == 0) return;
  Block& block = *g_segments.as<Block>(part);
  const bool linked =
      header_of(block_of_object(header().moving_object.load())).parts.load() == part;
  if (linked) {
    block.state.store(k_part);
  } else if (block.state.load() == k_part) {
    free_block(block);
  }
  header().moving_part.store(0);
}

}  // namespace hilo::detail::family
