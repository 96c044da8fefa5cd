// SPDX-License-Identifier: MIT
#include "heap/heap.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdlib>

#include "heap/family.hpp"
#include "idle_thread.hpp"

namespace {

namespace family = hilo::detail::family;

constexpr std::size_t k_size = 64;

struct FamilyHeap {
  FamilyHeap() { family::join(); }
  using Block = family::Offset;
  static Block allocate() { return family::allocate(k_size); }
  static void free(Block block) { family::release(block); }
};

struct Malloc {
  using Block = void*;
  static Block allocate() { return std::malloc(k_size); }
  static void free(Block block) { std::free(block); }
};

/// One block, given back at once.
template <class Heap>
void BM_Heap_pair(benchmark::State& state) {
  const bench::IdleThread idle;
  [[maybe_unused]] const Heap heap;
  for (auto _ : state) {
    auto block = Heap::allocate();
    benchmark::DoNotOptimize(block);
    Heap::free(block);
  }
}
BENCHMARK_TEMPLATE(BM_Heap_pair, FamilyHeap);
BENCHMARK_TEMPLATE(BM_Heap_pair, Malloc);

/// A hundred blocks, given back in the order they came.
template <class Heap>
void BM_Heap_hundred(benchmark::State& state) {
  const bench::IdleThread idle;
  [[maybe_unused]] const Heap heap;
  std::array<typename Heap::Block, 100> blocks;
  for (auto _ : state) {
    for (auto& block : blocks) block = Heap::allocate();
    benchmark::DoNotOptimize(blocks);
    for (auto& block : blocks) Heap::free(block);
  }
  state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK_TEMPLATE(BM_Heap_hundred, FamilyHeap);
BENCHMARK_TEMPLATE(BM_Heap_hundred, Malloc);

}  // namespace
