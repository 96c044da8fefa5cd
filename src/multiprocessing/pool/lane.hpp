// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "heap/layout.hpp"

/// What an owner and its workers share, in the family's memory (docs/design/pool.md). Valid when
/// zeroed.
namespace hilo::detail::pool {

/// Of a slot. Whoever waits for `done` on the slot itself adds k_waited.
enum SlotState : std::uint32_t { k_free, k_posted, k_running, k_revoked, k_done, k_waited = 8 };

/// A task on its way to a worker, and its result on the way back.
struct alignas(64) Slot {
  static constexpr std::size_t k_room = 456;

  std::atomic<std::uint32_t> state;
  std::uint32_t direct;              ///< nobody need be told of the result but who waits here
  std::uint32_t is_error;            ///< what came back is an exception
  std::uint32_t tag;                 ///< of a block that the worker makes
  std::uint64_t size;                ///< of the bytes
  family::Offset block;              ///< where they are; 0: here
  std::atomic<std::int64_t> begun;   ///< on the monotonic clock
  std::atomic<family::Offset> made;  ///< a block that the worker made, until it is in `block`
  std::byte room[k_room];
};

/// How far a worker has come.
enum class Standing : std::uint32_t { starting, ready, failed, retired };

/// One worker's.
struct alignas(64) Lane {
  static constexpr std::uint32_t k_slots = 32;
  static constexpr std::uint32_t k_asleep = 1;    // in `word`
  static constexpr std::uint32_t k_one_post = 2;  // in `word`

  std::atomic<std::uint32_t> vain_looks;  ///< the worker's
  std::atomic<std::uint32_t> word;        ///< counts what was posted; the worker sleeps on it
  std::atomic<std::uint32_t> stop;        ///< it is to end when there is nothing left
  std::atomic<std::uint32_t> standing;    ///< a Standing
  std::uint32_t note_size;
  std::byte note[440];  ///< how its initializer failed
  Slot slots[k_slots];
};

struct Board {
  alignas(64) std::atomic<std::uint32_t> keeper_sleeps;
  alignas(64) Lane lanes[1];  // as many as there are workers

  static std::size_t size_for(std::size_t workers) noexcept {
    return sizeof(Board) + (workers - 1) * sizeof(Lane);
  }
};

}  // namespace hilo::detail::pool
