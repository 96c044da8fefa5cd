// SPDX-License-Identifier: MIT
#include "hilo/threading/timer.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <vector>

namespace {

using hilo::threading::Timer;
using namespace std::chrono_literals;

void do_nothing() {}

/// Starts and cancels a timer in the midst of `range(0)` pending ones.
void BM_Timer_start_cancel(benchmark::State& state) {
  const auto count = state.range(0);
  std::vector<Timer> pending;
  for (std::int64_t i = 0; i < count; ++i) {
    pending.emplace_back(1h + 1h * i / count, do_nothing);
    pending.back().start();
  }
  for (auto _ : state) {
    Timer timer(90min, do_nothing);
    timer.start();
    timer.cancel();
  }
  for (Timer& timer : pending) timer.cancel();
}
BENCHMARK(BM_Timer_start_cancel)->Arg(10)->Arg(10'000);

/// From start() of an interval that is over at once to the end of its function's thread.
void BM_Timer_fire_join(benchmark::State& state) {
  for (auto _ : state) {
    Timer timer(0s, do_nothing);
    timer.start();
    timer.join();
  }
}
BENCHMARK(BM_Timer_fire_join)->UseRealTime();

}  // namespace
