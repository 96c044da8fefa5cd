// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "heap/segments.hpp"
#include "hilo/detail/family/scope.hpp"
#include "hilo/detail/family/sync.hpp"
#include "os/liveness.hpp"

/// What stands in the family's memory. Every change commits with one store, so a reader under the
/// family's lock finds it whole wherever its last writer was killed (docs/design/family.md).
namespace hilo::detail::family {

// Members ---------------------------------------------------------------------------------------

/// A member's id: the index of its record below, how often that record was used above.
constexpr int k_index_bits = 13;
constexpr std::uint32_t k_index_mask = (1u << k_index_bits) - 1;
constexpr std::uint32_t k_max_generation = (1u << 17) - 1;
constexpr std::uint32_t k_max_members = k_index_mask;  // the last index is never used

enum RecordState : std::uint32_t {
  k_free,     ///< nobody's
  k_nascent,  ///< reserved by its creator for a child that has not yet said that it lives
  k_alive,    ///< its process runs, as far as anybody knows
  k_dead,     ///< its process has ended; what it held is to be given back
};

/// In place of the process id of a child that a fork of the program's own may have made.
constexpr std::int32_t k_pid_unknown = -1;

/// A member's id and its record's state in one word, so that nobody changes the state of another
/// member than the one it looked at.
constexpr std::uint64_t identity_of(std::uint32_t id, RecordState state) noexcept {
  return (std::uint64_t{id} << 32) | state;
}
constexpr std::uint32_t id_in(std::uint64_t identity) noexcept {
  return static_cast<std::uint32_t>(identity >> 32);
}
constexpr RecordState state_in(std::uint64_t identity) noexcept {
  return static_cast<RecordState>(identity & 0xffffffff);
}

struct alignas(64) Record {
  std::atomic<std::uint64_t> identity;      ///< who it is, and in what state: see identity_of()
  std::atomic<std::int32_t> pid;            ///< written after `since`
  std::atomic<std::uint32_t> creator;       ///< member id of the process that reserved it
  std::atomic<std::int64_t> since;          ///< os::boot_time() of the last change of state
  std::atomic<std::uint32_t> thread_ended;  ///< the marking thread ended by itself
  os::Liveness liveness;
};
static_assert(sizeof(Record) == 128);

/// Tables of records: the first in the first page, each further one doubles their number.
constexpr int k_first_table_bits = 6;
constexpr int k_record_tables = k_index_bits - k_first_table_bits + 1;

// Memory ----------------------------------------------------------------------------------------

constexpr std::uint64_t k_page = 16ull * 1024;

/// Blocks of these sizes are cut from runs; what is larger is a run of its own.
constexpr std::array<std::uint32_t, 13> k_block_sizes = {64,   128,  192,  256,  384,  512, 768,
                                                         1024, 1536, 2048, 3072, 4096, 8192};
constexpr int k_classes = static_cast<int>(k_block_sizes.size());

enum RunKind : std::uint32_t { k_free_run, k_class_run, k_large_run };

/// The start of a run of pages. All runs of a segment together fill it.
struct alignas(64) Run {
  std::atomic<std::uint32_t> kind;
  std::atomic<std::uint32_t> pages;
  std::atomic<std::uint32_t> reserved;  ///< pages from the start that are backed by memory
  std::uint32_t class_index;
  std::atomic<Offset> next_of_class;
};
static_assert(sizeof(Run) == 64);

/// What a block is, in the two highest bits of its state (but see k_loose); a free block's state is
/// 0.
enum BlockKind : std::uint32_t {
  k_owned = 1u << 30,   ///< a member's own: its id stands below; freed when the member dies
  k_object = 2u << 30,  ///< held by the members that stand in its ObjectHeader
  k_part = 3u << 30,    ///< in the list of parts of an object, and freed with it
};
constexpr std::uint32_t k_kind_mask = 3u << 30;
/// No kind of its own, so that it stays in reach of one exchange: a block that an object has
/// without a list (loose.hpp). A tag stands below.
constexpr std::uint32_t k_loose = 1u << 29;
constexpr std::uint32_t k_tag_mask = k_loose - 1;

struct alignas(16) Block {
  std::atomic<std::uint32_t> state;
  std::uint32_t class_index;  ///< k_classes for the block of a large run
  /// Of a part: the object's next part. Of a loose block: the object. Of an object: whether it ever
  /// had loose blocks or held others' objects in flight.
  std::atomic<Offset> link;
};
static_assert(sizeof(Block) == 16);

/// What stands before the payload of an object, behind its Block.
struct ObjectHeader {
  std::atomic<std::uint64_t> serial;                  ///< never used twice in a family
  std::atomic<Offset> parts;                          ///< first of the blocks that belong to it
  std::atomic<Offset> more_holders;                   ///< a HolderBlock, itself a part
  std::array<std::atomic<std::uint32_t>, 6> holders;  ///< member ids, or in_flight(); 0: unused
};
static_assert(sizeof(ObjectHeader) == 48);

struct HolderBlock {
  std::atomic<Offset> more;
  std::array<std::atomic<std::uint32_t>, 58> holders;
};

constexpr std::uint64_t k_magic = 0x316f6c6968ULL;  // "hilo1"

struct Header {
  std::atomic<std::uint64_t> magic;
  sync::Lock<FamilyScope> lock;  ///< guards everything here but blocks' states
  std::atomic<std::uint64_t> last_serial;
  std::atomic<Offset> moving_part;        ///< the block being linked or unlinked just now, or 0
  std::atomic<Offset> moving_object;      ///< the object of that part
  std::atomic<std::uint32_t> next_index;  ///< where the search for a free record goes on
  std::atomic<std::uint32_t> segments;    ///< how many segments hold runs
  std::atomic<std::uint64_t> run_takes;   ///< grows before runs are merged or split
  std::array<std::atomic<Offset>, k_classes> class_runs;
  std::array<std::atomic<Offset>, k_record_tables> record_tables;
};

constexpr Offset k_first_table = 1024;
static_assert(sizeof(Header) <= k_first_table);
static_assert(k_first_table + (sizeof(Record) << k_first_table_bits) <= k_page);

inline Header& header() { return *g_segments.as<Header>(0); }

}  // namespace hilo::detail::family
