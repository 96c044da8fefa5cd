// SPDX-License-Identifier: MIT
// What happens once in a chunk, or to an item of some size: blocks change hands.
#include "heap/objects.hpp"
#include "multiprocessing/byte_queue.hpp"

namespace hilo::detail::family {
namespace {

/// The memory of a large block goes back to the system with it, and is had from there with the
/// next. Where one after the other passes through a short queue, the family keeps it.
constexpr std::size_t k_most_kept = std::size_t{4} << 20;
constexpr std::int64_t k_short = 8;

}  // namespace

void Received::release() noexcept {
  if (owner_ != FamilyScope::self()) return;
  if (keeps_memory_) {
    free_block_only(block_);
  } else {
    family::release(block_);
  }
}

std::uint64_t ByteQueue::offset() const noexcept { return g_segments.offset_of(this); }

/// From here to the commit, or, in the front, from the commit on, nobody knows of the block but who
/// has the end's lock.
void ByteQueue::announce(End& end, Offset block, std::uint32_t state) noexcept {
  end.passing_word = end.word.load(std::memory_order_relaxed);
  end.passing_state = state;
  // release: whoever takes the lock over finds what belongs to it.
  end.passing.store(block, std::memory_order_release);
}

void ByteQueue::mend(End& end) noexcept {
  if (&end == &front_) mend_takers();
  const Offset block = end.passing.load(std::memory_order_acquire);
  if (block == 0) return;
  const bool committed = end.word.load(std::memory_order_relaxed) != end.passing_word;
  // The state tells whether it was the queue's at all, and still is, for the same item.
  if (committed == (&end == &front_)) free_loose(block, end.passing_state);
  end.passing.store(0, std::memory_order_release);
}

void ByteQueue::write(Offset block, std::size_t size) {
  const End::Place place = room_for(sizeof(BlockRecord));
  const std::uint64_t number = back_.count();
  const BlockRecord record{k_in_block, loose_state(number), block, size};
  std::memcpy(record_at(place), &record, sizeof record);
  expect_loose_blocks(offset());
  announce(back_, block, record.state);
  give_to_object(block, offset(), number);
  move(back_, {place.chunk, place.at + sizeof record});
  back_.passing.store(0, std::memory_order_release);
}

void ByteQueue::read_block(const std::byte* place_of_record, End::Place place, Received& item) {
  BlockRecord record;
  std::memcpy(&record, place_of_record, sizeof record);
  item.data_ = g_segments.resolve(record.offset);
  item.size_ = record.size;
  item.owner_ = FamilyScope::self();
  item.keeps_memory_ = record.size <= k_most_kept && size() < k_short;
  announce(front_, record.offset, record.state);
  move(front_, {place.chunk, place.at + sizeof record});
  take_from_object(record.offset);
  front_.passing.store(0, std::memory_order_release);
  item.block_ = record.offset;
}

/// Goes on in a new chunk.
ByteQueue::End::Place ByteQueue::next_of_back(End::Place place) {
  const Offset fresh = allocate(Chunk::k_size);
  const std::uint64_t number = back_.count();
  expect_loose_blocks(offset());
  announce(back_, fresh, loose_state(number));
  give_to_object(fresh, offset(), number);
  chunk_at(place.chunk)->next.store(fresh, std::memory_order_relaxed);
  if (place.at < Chunk::capacity(place.chunk)) {
    std::memcpy(record_at(place), &k_chunk_over, sizeof k_chunk_over);
  }
  const std::uint64_t after = back_.word.load(std::memory_order_relaxed) ^ 1;
  back_.places[after & 1] = {fresh, 0};
  back_.word.store(after, std::memory_order_release);  // the commit
  back_.passing.store(0, std::memory_order_release);
  return {fresh, 0};
}

/// Goes on in the next chunk, and frees the one that is read.
ByteQueue::End::Place ByteQueue::next_of_front(End::Place place) {
  const Offset old = place.chunk;
  const Offset next = chunk_at(old)->next.load(std::memory_order_relaxed);
  if (old != 0) {
    announce(front_, old, block_with(old).state.load(std::memory_order_relaxed));
  }
  const std::uint64_t after = front_.word.load(std::memory_order_relaxed) ^ 1;
  front_.places[after & 1] = {next, 0};
  front_.word.store(after, std::memory_order_release);  // the commit
  if (old != 0) {
    free_loose(old, front_.passing_state);
    front_.passing.store(0, std::memory_order_release);
  }
  return {next, 0};
}

}  // namespace hilo::detail::family
