// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <mutex>

#include "crew.hpp"
#include "hilo/multiprocessing/condition.hpp"
#include "hilo/multiprocessing/lock.hpp"
#include "hilo/threading/condition.hpp"
#include "hilo/threading/lock.hpp"
#include "idle_thread.hpp"
#include "shared.hpp"

namespace {

namespace mp = hilo::multiprocessing;
namespace threading = hilo::threading;
using bench::Crew, bench::Processes, bench::Shared, bench::Threads;

template <class Lock, class Condition>
struct Hilo {
  Lock lock;
  Condition condition{lock};

  template <class Predicate>
  void wait_for(const Predicate& predicate) {
    condition.wait_for(predicate);
  }
  void notify() { condition.notify(); }
};
using ThreadingCondition = Hilo<threading::Lock, threading::Condition>;
using MpCondition = Hilo<mp::Lock, mp::Condition>;

struct StdCondition {
  std::mutex lock;
  std::condition_variable condition;

  /// With the lock held, as Python has it: all peers do the same steps.
  template <class Predicate>
  void wait_for(const Predicate& predicate) {
    std::unique_lock held(lock, std::adopt_lock);
    condition.wait(held, predicate);
    held.release();
  }
  void notify() { condition.notify_one(); }
};

/// Two members hand a turn to each other through one condition: a round is two hand-overs.
template <class Condition, class Kind>
void BM_Condition_ping_pong(benchmark::State& state) {
  enum Turn { k_mine, k_others, k_nobodys };
  Condition shared;
  const Shared<Turn> turn(k_mine);
  const Crew<Kind> other(1, [&] {
    const std::scoped_lock guard(shared.lock);
    for (;;) {
      shared.wait_for([&] { return *turn != k_mine; });
      if (*turn == k_nobodys) return;
      *turn = k_mine;
      shared.notify();
    }
  });
  const std::scoped_lock guard(shared.lock);
  for (auto _ : state) {
    *turn = k_others;
    shared.notify();
    shared.wait_for([&] { return *turn == k_mine; });
  }
  *turn = k_nobodys;
  shared.notify();
}
BENCHMARK_TEMPLATE(BM_Condition_ping_pong, ThreadingCondition, Threads)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Condition_ping_pong, MpCondition, Processes)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Condition_ping_pong, StdCondition, Threads)->UseRealTime();

/// A notification that nobody waits for.
template <class Condition>
void BM_Condition_notify(benchmark::State& state) {
  const bench::IdleThread idle;
  Condition shared;
  for (auto _ : state) {
    const std::scoped_lock guard(shared.lock);
    shared.notify();
  }
}
BENCHMARK_TEMPLATE(BM_Condition_notify, ThreadingCondition);
BENCHMARK_TEMPLATE(BM_Condition_notify, MpCondition);
BENCHMARK_TEMPLATE(BM_Condition_notify, StdCondition);

}  // namespace
