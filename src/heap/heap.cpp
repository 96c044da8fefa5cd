// SPDX-License-Identifier: MIT
#include "heap/heap.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>

#include "heap/runs.hpp"
#include "heap/section.hpp"
#include "hilo/detail/family/scope.hpp"

namespace hilo::detail::family {
namespace {

constexpr std::uint32_t k_permanent = k_owned | k_index_mask;  // owned by nobody who could die

/// Blocks that a thread saw free: hints, nothing is claimed by standing here, so nothing is lost
/// with a thread or a process.
struct Candidates {
  static constexpr int k_most = 32;
  std::array<std::array<Offset, k_most>, k_classes> blocks;
  std::array<int, k_classes> count;
  std::array<Offset, k_classes> cursor;  ///< the run to look at next
};
constinit thread_local Candidates t_candidates{};

/// Runs looked at for free blocks before a new one is made.
constexpr int k_runs_to_scan = 8;

constexpr int class_of(std::size_t block_size) noexcept {
  const auto* found = std::ranges::lower_bound(k_block_sizes, block_size);
  return static_cast<int>(found - k_block_sizes.begin());
}

/// Sizes up to 1 KiB by table, since every allocation asks.
constexpr auto k_small_classes = [] {
  std::array<std::uint8_t, 17> classes{};
  for (std::size_t lines = 0; lines < classes.size(); ++lines) {
    classes[lines] = static_cast<std::uint8_t>(class_of(lines * 64));
  }
  return classes;
}();

constexpr std::uint32_t pages_of_class(int index) noexcept {
  return k_block_sizes[static_cast<std::size_t>(index)] <= 1024 ? 1 : 4;
}

std::uint32_t blocks_in(const Run& run) noexcept {
  return static_cast<std::uint32_t>((run.pages.load() * k_page - sizeof(Run)) /
                                    k_block_sizes[run.class_index]);
}

constexpr Offset block_at(Offset run, int index, std::uint32_t number) noexcept {
  return run + sizeof(Run) + Offset{number} * k_block_sizes[static_cast<std::size_t>(index)];
}

/// Puts a class run where refill() finds it.
void chain(Run& run, Offset at) noexcept {
  auto& first = header().class_runs[run.class_index];
  run.next_of_class.store(first.load());
  first.store(at);
}

/// Collects free blocks of a run. Returns: whether there were any.
bool collect(Offset at, int index) noexcept {
  Run& run = *g_segments.as<Run>(at);
  auto& count = t_candidates.count[static_cast<std::size_t>(index)];
  auto& blocks = t_candidates.blocks[static_cast<std::size_t>(index)];
  for (std::uint32_t number = blocks_in(run); number > 0 && count < Candidates::k_most; --number) {
    const Offset block = block_at(at, index, number - 1);
    // relaxed: a hint; the claim decides.
    if (g_segments.as<Block>(block)->state.load(std::memory_order_relaxed) == 0) {
      blocks[static_cast<std::size_t>(count++)] = block;
    }
  }
  return count > 0;
}

void refill(int index) {
  auto& first = header().class_runs[static_cast<std::size_t>(index)];
  Offset& cursor = t_candidates.cursor[static_cast<std::size_t>(index)];
  for (int scanned = 0; scanned < k_runs_to_scan; ++scanned) {
    if (cursor == 0) cursor = first.load();
    if (cursor == 0) break;
    const Offset at = cursor;
    cursor = g_segments.as<Run>(at)->next_of_class.load();
    if (collect(at, index)) return;
    if (cursor == 0 && at == first.load()) break;  // it was the only one
  }
  const Section section;
  Run& run = take_run(pages_of_class(index));
  const Offset at = g_segments.offset_of(&run);
  run.class_index = static_cast<std::uint32_t>(index);
  // The run may have held anything; a block is free when its state is 0.
  for (std::uint32_t number = 0; number < blocks_in(run); ++number) {
    Block& block = *g_segments.as<Block>(block_at(at, index, number));
    block.class_index = static_cast<std::uint32_t>(index);
    block.state.store(0);
  }
  run.kind.store(k_class_run);  // the commit; mend_heap() chains it if this process dies here
  chain(run, at);
  collect(at, index);
}

Offset allocate_small(int index, Zeroed zeroed) {
  auto& count = t_candidates.count[static_cast<std::size_t>(index)];
  const std::uint32_t mine = k_owned | g_self.load(std::memory_order_relaxed);
  for (;;) {
    while (count > 0) {
      const Offset at =
          t_candidates.blocks[static_cast<std::size_t>(index)][static_cast<std::size_t>(--count)];
      std::byte* place = g_segments.resolve(at);
      std::uint32_t expected = 0;
      // acquire: pairs with the release that freed it.
      if (!reinterpret_cast<Block*>(place)->state.compare_exchange_strong(
              expected, mine, std::memory_order_acquire, std::memory_order_relaxed)) {
        continue;
      }
      if (zeroed == Zeroed::yes) {
        std::memset(place + sizeof(Block), 0,
                    k_block_sizes[static_cast<std::size_t>(index)] - sizeof(Block));
      }
      return at + sizeof(Block);
    }
    refill(index);
  }
}

[[noreturn]] void refuse_size() {
  throw std::system_error(ENOMEM, std::generic_category(),
                          "hilo: a block of the family's memory cannot be this large");
}

Offset allocate_large(std::size_t size, Zeroed zeroed) {
  const std::uint64_t pages = (size + sizeof(Run) + k_page - 1) / k_page;
  if (pages > std::numeric_limits<std::uint32_t>::max() / 2) refuse_size();
  const Section section;
  Run& run = take_run(static_cast<std::uint32_t>(pages));
  Block& block = first_block(run);
  block.class_index = k_classes;
  block.state.store(k_owned | g_self.load());
  run.kind.store(k_large_run);  // the commit
  if (zeroed == Zeroed::yes) {
    std::memset(static_cast<void*>(&block + 1), 0, size - sizeof(Block));
  }
  return g_segments.offset_of(&block) + sizeof(Block);
}

Block& block_of(Offset payload) { return *g_segments.as<Block>(payload - sizeof(Block)); }

}  // namespace

Offset allocate(std::size_t size, Zeroed zeroed) {
  if (size > std::numeric_limits<std::size_t>::max() / 4) refuse_size();
  const std::size_t all = size + sizeof(Block);
  if (size <= 1024 - sizeof(Block)) {
    return allocate_small(k_small_classes[(all + 63) / 64], zeroed);
  }
  if (all <= k_block_sizes.back()) return allocate_small(class_of(all), zeroed);
  return allocate_large(all, zeroed);
}

void release(Offset payload) noexcept {
  Block& block = block_of(payload);
  const std::uint32_t index = block.class_index;
  free_block(block);
  if (index == k_classes) return;
  int& count = t_candidates.count[index];
  if (count < Candidates::k_most) {
    t_candidates.blocks[index][static_cast<std::size_t>(count++)] = payload - sizeof(Block);
  }
}

void free_block(Block& block) noexcept {
  if (block.class_index == k_classes) discard(*(reinterpret_cast<Run*>(&block) - 1));
  // release: what its user wrote is done before the next one has it.
  block.state.store(0, std::memory_order_release);
}

void make_permanent(Offset payload) { block_of(payload).state.store(k_permanent); }

void found_heap() { add_segment(0); }

void mend_heap() {
  for (auto& first : header().class_runs) first.store(0);
  for_each_run([](Run& run, Offset at, Offset) {
    if (run.kind.load() == k_class_run) chain(run, at);
  });
}

HeapUse heap_use() {
  const Section section;
  HeapUse use;
  for_each_run([&](Run& run, Offset, Offset) { use.reserved += run.reserved.load() * k_page; });
  for_each_block([&](Block& block, std::uint64_t size) {
    if (block.state.load() == k_permanent) return;
    ++use.blocks;
    use.bytes += size;
  });
  return use;
}

}  // namespace hilo::detail::family
