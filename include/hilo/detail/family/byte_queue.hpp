// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/family/end_lock.hpp"
#include "hilo/detail/family/object.hpp"
#include "hilo/detail/sync/slots.hpp"

namespace hilo::detail::family {

/// Items up to this size stand in the queue itself, larger ones in a block of their own.
inline constexpr std::size_t k_most_in_queue = 512;

/// An item that was got, as bytes: a copy if it is small, else the block itself, which goes back to
/// the family's memory with this object, or with the process.
class HILO_EXPORT Received {
 public:
  Received() noexcept {}  // NOLINT(modernize-use-equals-default): 512 bytes need not be zero
  ~Received() {
    if (block_ != 0) release();
  }
  Received(const Received&) = delete;
  Received& operator=(const Received&) = delete;

  /// Aligned to 16.
  [[nodiscard]] std::span<std::byte> bytes() noexcept { return {data_, size_}; }

 private:
  friend class ByteQueue;
  void release() noexcept;

  std::byte* data_ = small_;
  std::size_t size_ = 0;
  std::uint64_t block_ = 0;  ///< its offset
  std::uint32_t owner_ = 0;  ///< of the block: in a forked child it is not the child's
  bool keeps_memory_ = false;
  alignas(16) std::byte small_[k_most_in_queue];
};

/// A first-in-first-out queue of byte strings in the family's memory, on which a kill at any
/// instruction leaves nothing undone for long (docs/design/mp_queue.md). Valid when zeroed, without
/// limit.
class HILO_EXPORT ByteQueue {
 public:
  /// Before the queue is shared. No limit if `maxsize` is 0 or less.
  void start_with(std::int64_t maxsize, bool joinable) noexcept;

  /// Returns: false if there was no room until `deadline` or a stop was requested.
  /// Throws:  ShutDown; std::system_error if there is no memory. Nothing has changed then.
  bool put(std::span<const std::byte> item, Deadline deadline, const std::stop_token& stop);
  /// Returns: false if there was no item until `deadline` or a stop was requested.
  /// Throws:  ShutDown; EOFError if there is none and the last producer is gone.
  bool get(Received& item, Deadline deadline, const std::stop_token& stop);

  /// Waits until a get() would not, for there is an item or it would throw; takes nothing.
  /// Returns: false if that was not so until `deadline` or a stop was requested.
  /// Throws:  std::system_error if the system refuses.
  [[nodiscard]] bool wait_for_item(Deadline deadline, const std::stop_token& stop);
  [[nodiscard]] bool would_wait() const;

  /// What a producer holds as long as it is one.
  [[nodiscard]] ObjectRef register_producer();
  /// It no longer holds that.
  void producer_left() noexcept;

  /// Refuses all further items and lets all who wait go.
  void shutdown();
  /// An item was dropped, and counts as worked off.
  void finish_dropped();

  /// Throws: ValueError if no item is unfinished.
  void task_done();
  /// Returns: false if `deadline` passed before none was unfinished.
  bool join(Deadline deadline);

  [[nodiscard]] std::int64_t size() const noexcept {
    const std::uint64_t got = front_.count();
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(back_.count() - got));
  }
  [[nodiscard]] std::int64_t maxsize() const noexcept {
    return limit_ == 0 ? 0 : static_cast<std::int64_t>(limit_);
  }

 private:
  struct Chunk;
  class Hold;
  class Wait;
  enum class Passed { yes, no, shut_down };

  /// A process that gets, in a queue that can be joined.
  struct Taker {
    std::atomic<std::uint64_t> word;   ///< what it has in hand; see byte_queue_tasks.cpp
    std::atomic<std::uint32_t> owner;  ///< 0 if unused
    std::uint32_t unused;
  };

  /// One end: the back, where items are put, or the front. Only who has its lock moves it, by one
  /// store of `word`.
  struct alignas(64) End {
    /// Where the next record stands: a chunk (0: the first, inside the queue) and a place in it.
    struct Place {
      std::uint64_t chunk;
      std::uint64_t at;
    };
    [[nodiscard]] std::uint64_t count() const noexcept {
      return word.load(std::memory_order_relaxed) >> 1;
    }

    EndLock lock;
    std::atomic<std::uint32_t> bell;  ///< users of the other end sleep on it
    std::atomic<std::uint64_t> word;  ///< how often it moved, and which of the places is valid
    std::uint64_t other_seen;         ///< the other's count when it was read last
    /// How often its users have lately looked in vain for the other to move. A hint.
    std::atomic<std::uint32_t> vain_looks;
    Place places[2];
    // A block that changes hands, for who takes over from a killed holder of the lock.
    std::atomic<std::uint64_t> passing;  ///< its offset
    std::uint64_t passing_word;          ///< `word` before the commit
    std::uint32_t passing_state;         ///< of the block while it is the queue's
  };

  static constexpr std::size_t k_first_chunk = 1024;

  template <class Act>
  bool pass(End& mine, End& other, Deadline deadline, const std::stop_token& stop, Act&& act);
  template <class Act>
  Passed try_pass(End& mine, End& other, Deadline deadline, Act& act);
  [[nodiscard]] bool producers_are_gone() const;
  [[nodiscard]] bool looks_movable(const End& mine) const noexcept;
  [[nodiscard]] bool may_move(End& mine, const End& other) const noexcept;

  void write(std::span<const std::byte> item);
  void write(std::uint64_t block, std::size_t size);
  void read(Received& item);
  void take(Received& item);
  void read_block(const std::byte* record, End::Place place, Received& item);
  [[nodiscard]] End::Place room_for(std::size_t record);
  [[nodiscard]] End::Place next_of_back(End::Place place);
  [[nodiscard]] End::Place next_of_front(End::Place place);
  static void move(End& end, End::Place place) noexcept;
  static void announce(End& end, std::uint64_t block, std::uint32_t state) noexcept;
  void mend(End& end) noexcept;
  void mend_takers() noexcept;
  [[nodiscard]] Taker* find_taker();
  [[nodiscard]] Taker& make_taker();
  [[nodiscard]] std::uint64_t items_of(const Taker& taker) const noexcept;
  [[nodiscard]] bool none_unfinished();
  [[nodiscard]] std::uint64_t offset() const noexcept;
  [[nodiscard]] std::byte* record_at(End::Place place);
  [[nodiscard]] Chunk* chunk_at(std::uint64_t offset);

  End back_;
  End front_;
  alignas(64) std::uint64_t limit_;       ///< written before the queue is shared
  std::uint32_t joinable_;                ///< this too
  std::atomic<std::uint32_t> shut_down_;  ///< written under both locks
  std::atomic<std::uint64_t> done_;       ///< how many items are worked off
  std::atomic<std::uint32_t> done_bell_;  ///< who joins sleeps on it
  sync::SlotRow<FamilyScope, Taker, 4> takers_;
  // The object that producers hold, if there ever was one.
  std::atomic<std::uint64_t> producers_;
  std::atomic<std::uint64_t> producers_serial_;
  alignas(64) std::byte first_chunk_[k_first_chunk];
};

}  // namespace hilo::detail::family
