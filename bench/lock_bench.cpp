// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>
#include <pthread.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "crew.hpp"
#include "hilo/multiprocessing/lock.hpp"
#include "hilo/threading/lock.hpp"
#include "idle_thread.hpp"
#include "shared.hpp"

namespace {

namespace mp = hilo::multiprocessing;
namespace threading = hilo::threading;
using bench::Crew, bench::Processes, bench::Shared, bench::Threads;

/// What a careful C program uses between processes: it learns that a holder died, as mp::Lock does.
class RobustMutex {
 public:
  RobustMutex() {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&*mutex_, &attributes);
    pthread_mutexattr_destroy(&attributes);
  }
  ~RobustMutex() { pthread_mutex_destroy(&*mutex_); }
  RobustMutex(const RobustMutex&) = delete;
  RobustMutex& operator=(const RobustMutex&) = delete;

  void lock() {
    if (pthread_mutex_lock(&*mutex_) != 0) std::terminate();
  }
  void unlock() { pthread_mutex_unlock(&*mutex_); }

 private:
  Shared<pthread_mutex_t> mutex_;
};

template <class Lock>
void BM_Lock_uncontended(benchmark::State& state) {
  const bench::IdleThread idle;
  Lock lock;
  for (auto _ : state) {
    lock.lock();
    benchmark::ClobberMemory();
    lock.unlock();
  }
}
BENCHMARK_TEMPLATE(BM_Lock_uncontended, threading::Lock);
BENCHMARK_TEMPLATE(BM_Lock_uncontended, std::mutex);
BENCHMARK_TEMPLATE(BM_Lock_uncontended, mp::Lock);
BENCHMARK_TEMPLATE(BM_Lock_uncontended, RobustMutex);

/// Every member locks, adds one and unlocks, `k_turns` times a round, without a pause.
constexpr long k_turns = 200'000;

template <class Lock, class Kind, int members>
void BM_Lock_contended(benchmark::State& state) {
  Lock lock;
  const Shared<long> total(0);
  const bench::Rounds<Kind> rounds(members, [&] {
    for (long turn = 0; turn < k_turns; ++turn) {
      lock.lock();
      benchmark::DoNotOptimize(++*total);
      lock.unlock();
    }
  });
  for (auto _ : state) rounds.run();
  const long turns = state.iterations() * members * k_turns;
  state.SetItemsProcessed(turns);
  if (*total != turns) state.SkipWithError("two held the lock");
}
BENCHMARK_TEMPLATE(BM_Lock_contended, threading::Lock, Threads, 2)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, std::mutex, Threads, 2)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, threading::Lock, Threads, 4)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, std::mutex, Threads, 4)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, mp::Lock, Processes, 2)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, RobustMutex, Processes, 2)->UseRealTime();

}  // namespace
