// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <atomic>
#include <semaphore>

#include "crew.hpp"
#include "hilo/multiprocessing/bounded_semaphore.hpp"
#include "hilo/multiprocessing/semaphore.hpp"
#include "hilo/threading/bounded_semaphore.hpp"
#include "hilo/threading/semaphore.hpp"
#include "idle_thread.hpp"
#include "shared.hpp"

namespace {

namespace mp = hilo::multiprocessing;
namespace threading = hilo::threading;
using bench::Crew, bench::Processes, bench::Shared, bench::Threads;

class StdSemaphore : public std::counting_semaphore<> {
 public:
  explicit StdSemaphore(int value) : counting_semaphore(value) {}
};

/// One permit of three, taken and given back.
template <class Semaphore>
void BM_Semaphore_uncontended(benchmark::State& state) {
  const bench::IdleThread idle;
  Semaphore semaphore(3);
  for (auto _ : state) {
    semaphore.acquire();
    benchmark::ClobberMemory();
    semaphore.release();
  }
}
BENCHMARK_TEMPLATE(BM_Semaphore_uncontended, threading::Semaphore);
BENCHMARK_TEMPLATE(BM_Semaphore_uncontended, threading::BoundedSemaphore);
BENCHMARK_TEMPLATE(BM_Semaphore_uncontended, mp::Semaphore);
BENCHMARK_TEMPLATE(BM_Semaphore_uncontended, mp::BoundedSemaphore);
BENCHMARK_TEMPLATE(BM_Semaphore_uncontended, StdSemaphore);

/// Two members wake each other in turn: a round is two hand-overs.
template <class Semaphore, class Kind>
void BM_Semaphore_ping_pong(benchmark::State& state) {
  Semaphore ping(0);
  Semaphore pong(0);
  const Shared<std::atomic<bool>> ended(false);
  const Crew<Kind> other(1, [&] {
    for (;;) {
      ping.acquire();
      if (ended->load()) return;
      pong.release();
    }
  });
  for (auto _ : state) {
    ping.release();
    pong.acquire();
  }
  *ended = true;
  ping.release();
}
BENCHMARK_TEMPLATE(BM_Semaphore_ping_pong, threading::Semaphore, Threads)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Semaphore_ping_pong, mp::Semaphore, Processes)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Semaphore_ping_pong, StdSemaphore, Threads)->UseRealTime();

}  // namespace
