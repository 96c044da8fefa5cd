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

/// Rounds in which every member locks, adds one and unlocks, `k_turns` times, without a pause.
constexpr long k_turns = 200'000;

struct Contest {
  std::atomic<int> round = 0;
  std::atomic<int> done = 0;
  alignas(64) long total = 0;
};

template <class Lock>
void take_turns(Lock& lock, long& total) {
  for (long turn = 0; turn < k_turns; ++turn) {
    lock.lock();
    benchmark::DoNotOptimize(++total);
    lock.unlock();
  }
}

template <class Lock, class Kind, int members>
void BM_Lock_contended(benchmark::State& state) {
  constexpr int k_end = -1;
  Lock lock;
  const Shared<Contest> contest;
  const Crew<Kind> others(members - 1, [&] {
    for (int seen = 0;;) {
      int round;
      while ((round = contest->round.load()) == seen) std::this_thread::yield();
      if (round == k_end) return;
      seen = round;
      take_turns(lock, contest->total);
      ++contest->done;
    }
  });
  int round = 0;
  for (auto _ : state) {
    contest->done = 0;
    contest->round = ++round;
    take_turns(lock, contest->total);
    while (contest->done.load() != members - 1) std::this_thread::yield();
  }
  contest->round = k_end;
  const long turns = state.iterations() * members * k_turns;
  state.SetItemsProcessed(turns);
  if (contest->total != turns) state.SkipWithError("two held the lock");
}
BENCHMARK_TEMPLATE(BM_Lock_contended, threading::Lock, Threads, 2)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, std::mutex, Threads, 2)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, threading::Lock, Threads, 4)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, std::mutex, Threads, 4)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, mp::Lock, Processes, 2)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock_contended, RobustMutex, Processes, 2)->UseRealTime();

}  // namespace
