// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "crew.hpp"
#include "hilo/multiprocessing/event.hpp"
#include "hilo/threading/event.hpp"
#include "idle_thread.hpp"
#include "shared.hpp"

namespace {

namespace mp = hilo::multiprocessing;
namespace threading = hilo::threading;
using bench::Crew, bench::Processes, bench::Shared, bench::Threads;

/// The standard has no event: what everybody writes instead.
class StdEvent {
 public:
  void set() {
    const std::scoped_lock guard(lock_);
    flag_ = true;
    condition_.notify_all();
  }
  void clear() {
    const std::scoped_lock guard(lock_);
    flag_ = false;
  }
  void wait() {
    std::unique_lock guard(lock_);
    condition_.wait(guard, [this] { return flag_; });
  }

 private:
  std::mutex lock_;
  std::condition_variable condition_;
  bool flag_ = false;
};

/// A wait for what has happened already.
template <class Event>
void BM_Event_wait(benchmark::State& state) {
  const bench::IdleThread idle;
  Event event;
  event.set();
  for (auto _ : state) event.wait();
}
BENCHMARK_TEMPLATE(BM_Event_wait, threading::Event);
BENCHMARK_TEMPLATE(BM_Event_wait, mp::Event);
BENCHMARK_TEMPLATE(BM_Event_wait, StdEvent);

/// Two members wake each other in turn: a round is two hand-overs.
template <class Event, class Kind>
void BM_Event_ping_pong(benchmark::State& state) {
  Event ping;
  Event pong;
  const Shared<std::atomic<bool>> ended(false);
  const Crew<Kind> other(1, [&] {
    for (;;) {
      ping.wait();
      ping.clear();
      if (ended->load()) return;
      pong.set();
    }
  });
  for (auto _ : state) {
    ping.set();
    pong.wait();
    pong.clear();
  }
  *ended = true;
  ping.set();
}
BENCHMARK_TEMPLATE(BM_Event_ping_pong, threading::Event, Threads)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Event_ping_pong, mp::Event, Processes)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Event_ping_pong, StdEvent, Threads)->UseRealTime();

}  // namespace
