// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "hilo/detail/sync/scope.hpp"

namespace hilo::detail::sync {

/// A row of slots that grows and never shrinks; slots never move. The first few stand in the state
/// itself. Slots are plain structs of atomics, valid when zeroed.
template <class Scope, class Slot, std::uint32_t k_inline>
class SlotRow {
 public:
  /// Calls `visit(slot, index)` for each of the first `limit` slots there are, until one says true.
  /// Returns: that slot or null.
  template <class Visit>
  Slot* find(Visit&& visit, std::uint32_t limit = k_no_limit) {
    std::uint32_t index = 0;
    for (Slot& slot : first_) {
      if (index >= limit) return nullptr;
      if (visit(slot, index++)) return &slot;
    }
    for (Block* block = follow(next_); block != nullptr; block = follow(block->next)) {
      for (std::uint32_t i = 0; i < block->size; ++i) {
        if (index >= limit) return nullptr;
        if (visit(block->slots()[i], index++)) return &block->slots()[i];
      }
    }
    return nullptr;
  }

  /// How many slots there are.
  [[nodiscard]] std::uint32_t size() const {
    std::uint32_t size = k_inline;
    for (Block* block = follow(next_); block; block = follow(block->next)) size += block->size;
    return size;
  }

  /// Doubles the row, unless another thread does so meanwhile.
  /// Throws: what Scope::allocate throws.
  void grow(const void* state) {
    std::atomic<std::uint64_t>* place = &next_;
    std::uint32_t size = k_inline;
    while (Block* block = follow(*place)) {
      size += block->size;
      place = &block->next;
    }
    const std::uint64_t reference = Scope::allocate(sizeof(Block) + size * sizeof(Slot), state);
    static_cast<Block*>(Scope::resolve(reference))->size = size;
    std::uint64_t none = 0;
    // release: the block's size stands before its being found.
    if (!place->compare_exchange_strong(none, reference, std::memory_order_release,
                                        std::memory_order_relaxed)) {
      release_memory<Scope>(reference);
    }
  }

  /// Gives all but the first slots back. When nobody uses the row any more.
  void destroy() noexcept {
    for (std::uint64_t reference = next_; reference != 0;) {
      const std::uint64_t next = static_cast<Block*>(Scope::resolve(reference))->next;
      release_memory<Scope>(reference);
      reference = next;
    }
  }

 private:
  static constexpr std::uint32_t k_no_limit = std::numeric_limits<std::uint32_t>::max();

  struct Block {
    std::atomic<std::uint64_t> next;
    std::uint32_t size;
    std::uint32_t unused;
    Slot* slots() noexcept { return reinterpret_cast<Slot*>(this + 1); }
  };
  static_assert(alignof(Slot) <= alignof(Block));

  static Block* follow(const std::atomic<std::uint64_t>& reference) {
    const std::uint64_t next = reference.load(std::memory_order_acquire);
    return next == 0 ? nullptr : static_cast<Block*>(Scope::resolve(next));
  }

  std::atomic<std::uint64_t> next_;
  Slot first_[k_inline];
};

}  // namespace hilo::detail::sync
