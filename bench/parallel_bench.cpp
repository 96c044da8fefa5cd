// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <vector>

#include "hilo/threading/thread.hpp"

namespace {

using hilo::threading::Thread;

int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

/// As many times the same CPU-bound work on as many threads: takes the time of one, up to the
/// cores.
void BM_Parallel_cpu_bound(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<Thread> threads;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      threads.emplace_back([] { benchmark::DoNotOptimize(fibonacci(30)); });
      threads.back().start();
    }
    for (Thread& thread : threads) thread.join();
  }
}
BENCHMARK(BM_Parallel_cpu_bound)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
