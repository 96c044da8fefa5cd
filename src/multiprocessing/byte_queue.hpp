// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "heap/loose.hpp"
#include "hilo/detail/family/byte_queue.hpp"
#include "sync/sleeper.hpp"

/// How items stand in a ByteQueue: records one behind the other, in chunks that are loose blocks.
namespace hilo::detail::family {

/// What stands in front of an item: its size, or one of these.
using RecordHead = std::uint32_t;
inline constexpr RecordHead k_in_block = 0xffff'fffe;    ///< it is a BlockRecord
inline constexpr RecordHead k_chunk_over = 0xffff'ffff;  ///< go on in the next chunk

struct BlockRecord {
  RecordHead head;
  std::uint32_t state;  ///< of the block, as long as it is the queue's
  Offset offset;
  std::uint64_t size;
};

/// What a record takes in a chunk, with its head: so a head fits behind it, or the chunk is full.
inline constexpr std::size_t k_record_step = 8;
constexpr std::size_t record_size(std::size_t content) noexcept {
  return (sizeof(RecordHead) + content + k_record_step - 1) / k_record_step * k_record_step;
}

/// A call to memcpy for four bytes costs more than they do.
inline void copy_small(std::byte* target, const std::byte* source, std::size_t size) noexcept {
  if (size == 4) {
    std::memcpy(target, source, 4);
  } else if (size == 8) {
    std::memcpy(target, source, 8);
  } else {
    std::memcpy(target, source, size);
  }
}

struct ByteQueue::Chunk {
  std::atomic<Offset> next;
  [[nodiscard]] std::byte* records() noexcept { return reinterpret_cast<std::byte*>(this + 1); }

  static constexpr std::size_t k_size = k_block_sizes.back() - sizeof(Block);
  /// Of the records. Chunk 0 is the first.
  static constexpr std::size_t capacity(Offset chunk) noexcept {
    const std::size_t all = (chunk == 0 ? k_first_chunk : k_size) - sizeof(Offset);
    return all / k_record_step * k_record_step;
  }
};

inline ByteQueue::Chunk* ByteQueue::chunk_at(Offset offset) {
  return offset == 0 ? reinterpret_cast<Chunk*>(first_chunk_) : g_segments.as<Chunk>(offset);
}

inline std::byte* ByteQueue::record_at(End::Place place) {
  return chunk_at(place.chunk)->records() + place.at;
}

/// Where a record of this size goes. Under the back's lock.
inline ByteQueue::End::Place ByteQueue::room_for(std::size_t record) {
  const End::Place place = back_.places[back_.word.load(std::memory_order_relaxed) & 1];
  return place.at + record <= Chunk::capacity(place.chunk) ? place : next_of_back(place);
}

/// The commit: one item more, and the next record will stand at `place`. Under the end's lock.
inline void ByteQueue::move(End& end, End::Place place) noexcept {
  const std::uint64_t word = end.word.load(std::memory_order_relaxed);
  const std::uint64_t after = (word + 2) ^ 1;
  end.places[after & 1] = place;
  // release: the place, and what was done to the record, stand before.
  end.word.store(after, std::memory_order_release);
}

/// Under the front's lock.
inline void ByteQueue::read(Received& item) {
  End::Place place = front_.places[front_.word.load(std::memory_order_relaxed) & 1];
  RecordHead head = k_chunk_over;
  if (place.at < Chunk::capacity(place.chunk)) std::memcpy(&head, record_at(place), sizeof head);
  if (head == k_chunk_over) [[unlikely]] {
    place = next_of_front(place);
    std::memcpy(&head, record_at(place), sizeof head);
  }
  const std::byte* const record = record_at(place);
  if (head == k_in_block) return read_block(record, place, item);
  copy_small(item.small_, record + sizeof head, head);
  item.size_ = head;
  move(front_, {place.chunk, place.at + record_size(head)});
}

/// Has an end's lock, and sees to it that nothing is left lying about by who had it before.
class ByteQueue::Hold {
 public:
  Hold(ByteQueue& queue, End& end, Deadline deadline)
      : lock_(end.lock), got_(lock_.acquire(deadline)) {
    if (got_ == EndLock::Got::from_dead) [[unlikely]]
      queue.mend(end);
  }
  ~Hold() {
    if (got_ != EndLock::Got::no) lock_.release();
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  explicit operator bool() const noexcept { return got_ != EndLock::Got::no; }

 private:
  EndLock& lock_;
  const EndLock::Got got_;
};

/// A word on which processes sleep until it is rung. Whoever looks for what others do says first
/// that it listens.
class Bell {
 public:
  explicit Bell(std::atomic<std::uint32_t>& word) noexcept : word_(word) {}

  /// Returns: what to sleep with.
  std::uint32_t listen() noexcept { return word_.fetch_or(k_heard) | k_heard; }
  /// relaxed: either a lock orders it, or the caller stored with seq_cst before.
  [[nodiscard]] bool heard() const noexcept {
    return (word_.load(std::memory_order_relaxed) & k_heard) != 0;
  }
  /// Wakes `count` of those who sleep, if anybody listens.
  void ring(int count) noexcept {
    std::uint32_t seen = word_.load();
    while ((seen & k_heard) != 0) {
      if (!word_.compare_exchange_weak(seen, seen + k_heard)) continue;  // one ring more, unheard
      sync::wake<FamilyScope>(word_, count);
      return;
    }
  }
  /// Wakes all, for good measure.
  void ring_for_all() noexcept {
    word_.fetch_add(2 * k_heard);
    sync::wake<FamilyScope>(word_, os::k_everybody);
  }

 private:
  static constexpr std::uint32_t k_heard = 1;  ///< somebody may sleep; the rest counts rings

  std::atomic<std::uint32_t>& word_;
};

/// The slow path of a call that could not move its end: look a while, then sleep on the other end's
/// bell.
class ByteQueue::Wait {
 public:
  Wait(ByteQueue& queue, End& mine, End& other, Deadline deadline) noexcept
      : queue_(queue),
        mine_(mine),
        other_(other),
        deadline_(deadline),
        sleeper_(&mine == &queue.front_ ? "Queue.get" : "Queue.put") {}
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// Waits until it is worth trying again.
  /// Returns: false if time is up or a stop was requested.
  [[nodiscard]] bool pause();
  /// From any thread.
  void stop() noexcept;

 private:
  [[nodiscard]] bool worth_trying() const noexcept;
  [[nodiscard]] bool look() const noexcept;

  ByteQueue& queue_;
  End& mine_;
  End& other_;
  const Deadline deadline_;
  sync::Sleeper<FamilyScope> sleeper_;
  std::atomic<bool> stopped_{false};
  bool looked_ = false;
  bool slept_ = false;
};

}  // namespace hilo::detail::family
