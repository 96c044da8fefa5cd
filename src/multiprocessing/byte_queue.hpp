// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "heap/loose.hpp"
#include "hilo/detail/family/byte_queue.hpp"

/// How items stand in a ByteQueue: records one behind the other, in chunks that are loose blocks.
namespace hilo::detail::family {

/// What stands in front of an item: its size, or one of these.
using RecordHead = std::uint32_t;
inline constexpr RecordHead k_in_block = 0xffff'fffe;    ///< a BlockRecord follows
inline constexpr RecordHead k_chunk_over = 0xffff'ffff;  ///< go on in the next chunk

struct BlockRecord {
  RecordHead head;
  std::uint32_t state;  ///< of the block, as long as it is the queue's
  std::uint64_t offset;
  std::uint64_t size;
};

/// What a record takes in a chunk, with its head. At least a head fits behind every record, unless
/// the chunk is full.
inline constexpr std::size_t k_record_step = 8;
constexpr std::size_t record_size(std::size_t content) noexcept {
  return (sizeof(RecordHead) + content + k_record_step - 1) / k_record_step * k_record_step;
}

inline constexpr std::size_t k_chunk_size = k_block_sizes.back() - sizeof(Block);

struct ByteQueue::Chunk {
  std::atomic<Offset> next;
  [[nodiscard]] std::byte* records() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
};
inline constexpr std::size_t k_chunk_capacity =
    (k_chunk_size - sizeof(Offset)) / k_record_step * k_record_step;

/// What is to be put.
struct ByteQueue::Item {
  std::span<const std::byte> bytes;
  Offset block;  ///< the copy of them, if they are many; the caller's
  [[nodiscard]] std::size_t record() const noexcept {
    return block == 0 ? record_size(bytes.size()) : sizeof(BlockRecord);
  }
};

/// Small sizes first: a call for four bytes would cost more than they do.
inline void copy_small(void* target, const void* source, std::size_t size) noexcept {
  if (size == 4) {
    std::memcpy(target, source, 4);
  } else if (size == 8) {
    std::memcpy(target, source, 8);
  } else {
    std::memcpy(target, source, size);
  }
}

}  // namespace hilo::detail::family
