// SPDX-License-Identifier: MIT
#include "heap/runs.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "os/memory_file.hpp"

namespace hilo::detail::family {
namespace {

/// Memory is asked of the system for this many pages at a time, where there is so much.
constexpr std::uint32_t k_reserve_step = 16;
/// From this size on a free run's memory goes back to the system.
constexpr std::uint32_t k_discard_pages = 64;

void reserve_pages(Offset at, std::uint32_t from, std::uint32_t to) {
  os::reserve_memory_file(g_segments.descriptor(), at + from * k_page, (to - from) * k_page);
}

/// Backs the first `pages` pages of the free run at `at` with memory, and one more where another
/// run's header will stand.
void back(Run& run, Offset at, std::uint32_t pages) {
  const std::uint32_t all = run.pages.load();
  const std::uint32_t need = std::min(pages + 1, all);
  const std::uint32_t have = run.reserved.load();
  if (have >= need) return;
  const std::uint32_t wish = std::min(std::max(need, have + k_reserve_step), all);
  try {
    reserve_pages(at, have, wish);
    run.reserved.store(wish);
  } catch (const std::system_error&) {
    if (wish == need) throw;
    reserve_pages(at, have, need);  // a little may still be there where much is not
    run.reserved.store(need);
  }
}

/// Makes one free run of a free run and the free runs behind it.
void merge(Run& run, Offset at, Offset end) {
  for (;;) {
    const std::uint32_t pages = run.pages.load();
    const Offset next = at + pages * k_page;
    if (next >= end) return;
    Run& other = *g_segments.as<Run>(next);
    if (!is_free(other)) return;
    // What lies reserved behind a gap is counted as not reserved; reserving it again is harmless.
    if (run.reserved.load() == pages) run.reserved.store(pages + other.reserved.load());
    run.pages.store(pages + other.pages.load());  // the commit
  }
}

/// Leaves `pages` pages in the free run and makes another free run of the rest.
void split(Run& run, Offset at, std::uint32_t pages) {
  const std::uint32_t all = run.pages.load();
  if (all == pages) return;
  Run& rest = *g_segments.as<Run>(at + pages * k_page);
  rest.pages.store(all - pages);
  rest.reserved.store(run.reserved.load() - pages);
  rest.kind.store(k_free_run);
  run.pages.store(pages);  // the commit
  run.reserved.store(pages);
}

}  // namespace

bool is_free(Run& run) noexcept {
  switch (run.kind.load()) {
    case k_free_run:
      return true;
    case k_large_run:
      return first_block(run).state.load() == 0;
    default:
      return false;
  }
}

Run& take_run(std::uint32_t pages) {
  header().run_takes.fetch_add(1);
  for (;;) {
    Run* found = nullptr;
    for_each_run([&](Run& run, Offset at, Offset end) {
      if (found != nullptr || !is_free(run)) return;
      run.kind.store(k_free_run);
      merge(run, at, end);
      if (run.pages.load() < pages) return;
      back(run, at, pages);
      split(run, at, pages);
      found = &run;
    });
    if (found != nullptr) return *found;
    const auto index = static_cast<int>(header().segments.load());
    if (index == k_segments) {
      throw std::system_error(ENOMEM, std::generic_category(), "hilo: no such memory in any file");
    }
    add_segment(index);
  }
}

Block* find_block(Offset at) {
  const int segment = Segments::index_of(at);
  if (segment >= static_cast<int>(header().segments.load())) return nullptr;
  const auto holds = [at](const Run& run, Offset start) {
    return at >= start && at < start + run.pages.load() * k_page;
  };
  // Handles that come together stand together: the run found last is tried first, if runs are still
  // divided as they were.
  static constinit thread_local Offset t_last = 0;
  static constinit thread_local std::uint64_t t_takes = 0;
  const std::uint64_t takes = header().run_takes.load();
  if (t_last == 0 || t_takes != takes || !holds(*g_segments.as<Run>(t_last), t_last)) {
    t_last = 0;
    for_each_run_of(segment, [&](Run& run, Offset start, Offset) {
      if (holds(run, start)) t_last = start;
    });
    t_takes = takes;
    if (t_last == 0) return nullptr;
  }
  const Run& run = *g_segments.as<Run>(t_last);
  const Offset first = t_last + sizeof(Run);
  if (run.kind.load() == k_free_run || at < first || (at - first) % block_size(run) != 0) {
    return nullptr;
  }
  return g_segments.as<Block>(at);
}

void discard(Run& run) noexcept {
  const std::uint32_t reserved = run.reserved.load();
  if (run.pages.load() < k_discard_pages || reserved <= 1) return;
  const Offset at = g_segments.offset_of(&run);
  // Before the memory goes: whoever takes over from a killed caller must not count on it.
  run.reserved.store(1);
  if (!g_segments.intact() ||
      !os::discard_memory_file(g_segments.descriptor(), at + k_page, (reserved - 1) * k_page)) {
    run.reserved.store(reserved);
  }
}

void add_segment(int index) {
  const Offset start = index == 0 ? k_page : Segments::start_of(index);
  const Offset end = Segments::start_of(index) + Segments::size_of(index);
  reserve_pages(start, 0, 1);
  Run& run = *g_segments.as<Run>(start);
  run.pages.store(static_cast<std::uint32_t>((end - start) / k_page));
  run.reserved.store(1);
  run.kind.store(k_free_run);
  header().segments.store(static_cast<std::uint32_t>(index) + 1);  // the commit
}

}  // namespace hilo::detail::family
