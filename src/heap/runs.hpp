// SPDX-License-Identifier: MIT
#pragma once

#include "heap/layout.hpp"

/// Runs of pages: what blocks are cut from. All under the family's lock.
namespace hilo::detail::family {

/// A run of at least `pages` pages, backed by memory, still of kind k_free_run: the caller makes it
/// what it is to be with one store. Throws: std::system_error if there is no memory.
[[nodiscard]] Run& take_run(std::uint32_t pages);

/// Whether nobody uses the run: free, or a large run whose block is free.
[[nodiscard]] bool is_free(Run& run) noexcept;

/// The one block of a large run, the first of a class run.
[[nodiscard]] inline Block& first_block(Run& run) noexcept {
  return *reinterpret_cast<Block*>(&run + 1);
}

/// The size of the run's blocks, headers and all.
[[nodiscard]] inline std::uint64_t block_size(const Run& run) noexcept {
  if (run.kind.load() == k_large_run) return run.pages.load() * k_page - sizeof(Run);
  return k_block_sizes[run.class_index];
}

/// Gives a run's memory back to the system as far as it may be; the caller knows it is not in use.
void discard(Run& run) noexcept;

/// Makes segment `index` one free run. Throws: std::system_error.
void add_segment(int index);

/// Calls `visit(Run&, Offset at, Offset end_of_segment)` for every run of a segment, in order.
template <class Visit>
void for_each_run_of(int segment, Visit visit) {
  const Offset end = Segments::start_of(segment) + Segments::size_of(segment);
  Offset at = segment == 0 ? k_page : Segments::start_of(segment);  // page 0 holds the header
  while (at < end) {
    Run& run = *g_segments.as<Run>(at);
    const Offset next = at + run.pages.load() * k_page;
    visit(run, at, end);
    at = next;
  }
}

/// The same for every run of the family.
template <class Visit>
void for_each_run(Visit visit) {
  const auto segments = static_cast<int>(header().segments.load());
  for (int segment = 0; segment < segments; ++segment) for_each_run_of(segment, visit);
}

/// The block that starts at this offset, which anybody may have made up; null if there is none.
[[nodiscard]] Block* find_block(Offset at);

/// Calls `visit(Block&, bytes)` for every block in use. Under the family's lock.
template <class Visit>
void for_each_block(Visit visit) {
  for_each_run([&](Run& run, Offset, Offset) {
    if (run.kind.load() == k_free_run) return;
    const std::uint64_t space = run.pages.load() * k_page - sizeof(Run);
    const std::uint64_t size = block_size(run);
    auto* place = reinterpret_cast<std::byte*>(&run + 1);
    for (std::uint64_t number = 0; number < space / size; ++number, place += size) {
      Block& block = *reinterpret_cast<Block*>(place);
      if (block.state.load() != 0) visit(block, size);
    }
  });
}

}  // namespace hilo::detail::family
