// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "hilo/detail/queue/cell.hpp"
#include "hilo/detail/queue/waiters.hpp"

namespace hilo::detail::queue {

/// First in, first out, without a lock for who puts: a putter claims the next number by one
/// compare-exchange, writes the slot of that number, and says that it is ready. The slots stand in
/// a chain of blocks. One that is used up goes to the chain's far end with new numbers, and none is
/// freed before the chain: a putter that looks at a block too late finds other numbers in it, never
/// foreign memory. Who gets has the lock.
template <class T>
class Chain {
 public:
  Chain() : front_(new Block(0)), last_(front()), hint_(front()) {}
  ~Chain() {
    for (Block* block = front(); block != nullptr;) delete std::exchange(block, block->next.load());
  }
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  /// Throws: std::bad_alloc, and then nothing has changed.
  template <class Parcel>
  void put(Parcel& parcel) {
    // relaxed: the exchange below finds out whether it still holds.
    std::uint64_t number = tail_.load(std::memory_order_relaxed);
    Block* block = nullptr;
    do {
      block = block_of(number);
      // Who gets `number` here pins its block: that goes to the far end only after its last slot
      // was got. And it is still the block that was found, since the tail did not move.
    } while (block == nullptr ||
             !tail_.compare_exchange_weak(number, number + 1, std::memory_order_relaxed));
    Slot& slot = block->slots[number % k_size];
    std::construct_at(&slot.room.item, parcel.hand_over());
    // seq_cst: the item stands before who sees `ready`; and before this thread looks for sleepers.
    slot.ready.store(true);
  }

  /// Whether the next item is ready. Under the lock.
  [[nodiscard]] bool ready() noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == front()->first_slot() + k_size && !advance()) return false;
    return front()->slots[head % k_size].ready.load();
  }
  /// The next item, which is ready. Under the lock.
  [[nodiscard]] Cell<T> take() noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    Slot& slot = front()->slots[head % k_size];
    Cell<T> cell = slot.room.item;
    // relaxed: who uses the slot again finds its block's new numbers first.
    slot.ready.store(false, std::memory_order_relaxed);
    head_.store(head + 1, std::memory_order_relaxed);
    return cell;
  }

  /// Makes memory for `count` items more than the present block holds.
  void reserve(std::uint64_t count) {
    const Guard guard(lock);
    const std::uint64_t end = head_.load(std::memory_order_relaxed) + count + k_size;
    while (last_->first_slot() < end) append(new Block(0));
  }

  /// How many items are there or on their way.
  [[nodiscard]] std::int64_t size() const noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(tail - head));
  }

  mutable Lock lock{};  ///< of who gets, and of who makes the chain longer

 private:
  static constexpr std::uint64_t k_size = 256;
  struct Slot {
    std::atomic<bool> ready{false};
    Room<Cell<T>> room;
  };
  struct Block {
    explicit Block(std::uint64_t number) noexcept : first(number) {}
    /// Its first slot's number. acquire: with new numbers its slots are not ready.
    [[nodiscard]] std::uint64_t first_slot() const noexcept {
      return first.load(std::memory_order_acquire);
    }
    std::atomic<std::uint64_t> first;
    std::atomic<Block*> next{nullptr};
    Slot slots[k_size];
  };

  /// Returns: the block with the slot of `number`, or null, with `number` read anew, if the tail
  /// may
  ///          have moved on. Locks only to make a new block: a signal handler must not.
  Block* block_of(std::uint64_t& number) {
    const std::uint64_t first = number - number % k_size;
    Block* block = hint_.load(std::memory_order_acquire);
    if (block->first_slot() == first) return block;
    block = block->next.load(std::memory_order_acquire);
    if (block == nullptr || block->first_slot() != first) {
      // The hint is old, or has gone to the far end. From the front on numbers rise, unless the
      // tail moved on meanwhile.
      block = front_.load(std::memory_order_acquire);
      while (block != nullptr && block->first_slot() < first) {
        block = block->next.load(std::memory_order_acquire);
      }
      if (block == nullptr) add_block(first);
      if (block == nullptr || block->first_slot() != first) {
        number = tail_.load(std::memory_order_relaxed);
        return nullptr;
      }
    }
    hint_.store(block, std::memory_order_release);
    return block;
  }

  /// Makes the block that begins with `first`, if nobody else has.
  void add_block(std::uint64_t first) {
    const Guard guard(lock);
    if (last_->first_slot() + k_size == first) append(new Block(0));
  }
  /// Under the lock.
  void append(Block* block) noexcept {
    block->next.store(nullptr, std::memory_order_relaxed);
    block->first.store(last_->first_slot() + k_size, std::memory_order_release);
    last_->next.store(block, std::memory_order_release);
    last_ = block;
  }
  bool advance() noexcept {
    Block* used_up = front();
    Block* next = used_up->next.load(std::memory_order_relaxed);
    if (next == nullptr) return false;
    // First: a putter that comes in between finds its way from the new front.
    front_.store(next, std::memory_order_release);
    append(used_up);
    return true;
  }
  [[nodiscard]] Block* front() const noexcept { return front_.load(std::memory_order_relaxed); }

  alignas(64) std::atomic<std::uint64_t> tail_{0};
  alignas(64) std::atomic<std::uint64_t> head_{0};  ///< written under the lock
  std::atomic<Block*> front_;                       ///< this too
  Block* last_;                                     ///< under the lock
  alignas(64) std::atomic<Block*> hint_;            ///< where the tail was last seen
};

}  // namespace hilo::detail::queue
