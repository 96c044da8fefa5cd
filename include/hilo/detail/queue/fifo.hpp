// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "hilo/detail/queue/cell.hpp"

namespace hilo::detail::queue {

/// First in, first out: a chain of blocks. Its two sides share nothing but one spare block, so each
/// end of the queue has a lock of its own. Memory is given back as the queue empties.
template <class T>
class Fifo {
 public:
  static constexpr bool k_two_locks = true;

  Fifo() = default;
  ~Fifo() {
    for (Block* block = front_.block; block != nullptr;) {
      delete std::exchange(block, block->next);
    }
    delete spare_.load(std::memory_order_relaxed);
  }
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;

  /// Makes room for the next put(). Throws: std::bad_alloc.
  Cell<T>* place_for(const T&) {
    if (back_.at == k_size) {
      // acquire: what the front did with the block stands before.
      Block* block = spare_.exchange(nullptr, std::memory_order_acquire);
      if (block == nullptr) block = new Block;
      block->next = nullptr;
      (back_.block != nullptr ? back_.block->next : front_.block) = block;
      back_ = {block, 0};
    }
    return &back_.block->rooms[back_.at].item;
  }
  void put(Cell<T>* place, const Cell<T>& cell) noexcept {
    std::construct_at(place, cell);
    ++back_.at;
  }

  [[nodiscard]] Cell<T> take() noexcept {
    if (front_.at == k_size) {
      Block* next = front_.block->next;
      delete spare_.exchange(front_.block, std::memory_order_acq_rel);
      front_ = {next, 0};
    }
    return front_.block->rooms[front_.at++].item;
  }
  [[nodiscard]] Cell<T> take_any() noexcept { return take(); }

 private:
  static constexpr std::size_t k_size = std::max<std::size_t>(16, 2048 / sizeof(Cell<T>));
  struct Block {
    Block* next;
    Room<Cell<T>> rooms[k_size];
  };
  struct Side {
    Block* block;
    std::size_t at;
  };

  alignas(64) Side back_{nullptr, k_size};
  /// Its block is written by the back before the first item stands, and never again.
  alignas(64) Side front_{nullptr, 0};
  std::atomic<Block*> spare_{nullptr};
};

}  // namespace hilo::detail::queue
