// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <barrier>

#include "crew.hpp"
#include "hilo/multiprocessing/barrier.hpp"
#include "hilo/threading/barrier.hpp"

namespace {

namespace mp = hilo::multiprocessing;
namespace threading = hilo::threading;
using bench::Crew, bench::Processes, bench::Threads;

class StdBarrier {
 public:
  explicit StdBarrier(int parties) : barrier_(parties) {}
  void wait() { barrier_.arrive_and_wait(); }

 private:
  std::barrier<> barrier_;
};

/// Two members meet again and again.
template <class Barrier, class Kind>
void BM_Barrier_wait(benchmark::State& state) {
  Barrier barrier(2);
  const Crew<Kind> other(1, [&] {
    for (auto left = state.max_iterations; left > 0; --left) barrier.wait();
  });
  for (auto _ : state) barrier.wait();
}
BENCHMARK_TEMPLATE(BM_Barrier_wait, threading::Barrier, Threads)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Barrier_wait, mp::Barrier, Processes)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Barrier_wait, StdBarrier, Threads)->UseRealTime();

}  // namespace
