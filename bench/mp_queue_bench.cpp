// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "crew.hpp"
#include "futex_pair.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/queue.hpp"
#include "shared.hpp"

namespace {

namespace mp = hilo::multiprocessing;
namespace ipc = boost::interprocess;

/// Boost's, which has a name, and always a limit.
class Boost {
 public:
  Boost()
      : name_("hilo-bench-" + std::to_string(::getpid())),
        queue_(ipc::create_only, name_.c_str(), 1024, sizeof(int)) {}
  ~Boost() {
    if (maker_ == ::getpid()) ipc::message_queue::remove(name_.c_str());
  }
  void put(int item) { queue_.send(&item, sizeof item, 0); }
  int get() {
    int item = 0;
    std::size_t size = 0;
    unsigned priority = 0;
    queue_.receive(&item, sizeof item, size, priority);
    return item;
  }

 private:
  const pid_t maker_ = ::getpid();
  const std::string name_;
  ipc::message_queue queue_;
};

struct Start {
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  std::atomic<long> sum{0};
};

/// `pairs` processes (or threads) put and as many get, without a pause; the time of one item's way.
template <class Queue, class Kind, int pairs, int... maxsize>
void BM_MpQueue_stream(benchmark::State& state) {
  constexpr long k_items = 400'000;
  constexpr long k_each = k_items / pairs;
  for (auto _ : state) {
    Queue items(maxsize...);
    const bench::Shared<Start> start;
    std::chrono::steady_clock::time_point began;
    const auto wait_for_go = [&] {
      ++start->ready;
      while (!start->go) ::usleep(0);
    };
    {
      const bench::Crew<Kind> getters(pairs, [&] {
        wait_for_go();
        long mine = 0;
        for (int turn = 0; turn < k_each; ++turn) mine += items.get();
        start->sum += mine;
      });
      const bench::Crew<Kind> putters(pairs, [&] {
        wait_for_go();
        for (int item = 0; item < k_each; ++item) items.put(item);
      });
      while (start->ready != 2 * pairs) ::usleep(0);
      began = std::chrono::steady_clock::now();
      start->go = true;
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
    state.SetIterationTime(time.count());
    if (start->sum != pairs * (k_each * (k_each - 1) / 2)) state.SkipWithError("items were lost");
  }
  state.SetItemsProcessed(state.iterations() * k_items);
}
using bench::Processes;
using bench::Threads;
#define HILO_STREAM(...) BENCHMARK_TEMPLATE(BM_MpQueue_stream, __VA_ARGS__)->UseManualTime()
using ThreadQueue = hilo::queue::Queue<int>;
HILO_STREAM(mp::Queue<int>, Processes, 1);
HILO_STREAM(Boost, Processes, 1);
HILO_STREAM(ThreadQueue, Threads, 1);
HILO_STREAM(mp::Queue<int>, Processes, 2);
HILO_STREAM(Boost, Processes, 2);
HILO_STREAM(ThreadQueue, Threads, 2);
HILO_STREAM(mp::Queue<int>, Processes, 1, 1024);
HILO_STREAM(ThreadQueue, Threads, 1, 1024);
HILO_STREAM(mp::Queue<int>, Processes, 2, 1024);
HILO_STREAM(ThreadQueue, Threads, 2, 1024);

using Vector = std::vector<double>;

struct Got {
  static void pass(const mp::Queue<Vector>& queue, const Vector& item, Vector&) {
    queue.put(item);
    benchmark::DoNotOptimize(queue.get().data());
  }
};
struct Borrowed {
  static void pass(const mp::Queue<Vector>& queue, const Vector& item, Vector&) {
    queue.put(item);
    benchmark::DoNotOptimize(queue.borrow().data());
  }
};
/// The least that a way through another's memory costs.
struct TwoCopies {
  static void pass(const mp::Queue<Vector>&, const Vector& item, Vector& other) {
    static Vector through(item.size());
    copy(item, through);
    copy(through, other);
  }
  static void copy(const Vector& from, Vector& to) {
    std::memcpy(to.data(), from.data(), from.size() * sizeof(double));
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
};

template <class Way>
void BM_MpQueue_vector(benchmark::State& state) {
  const mp::Queue<Vector> queue;
  const Vector item(131'072, 1.0);
  Vector other(item.size());
  for (auto _ : state) Way::pass(queue, item, other);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(item.size() * 8));
}
BENCHMARK_TEMPLATE(BM_MpQueue_vector, Got)->UseRealTime();
BENCHMARK_TEMPLATE(BM_MpQueue_vector, Borrowed)->UseRealTime();
BENCHMARK_TEMPLATE(BM_MpQueue_vector, TwoCopies)->UseRealTime();

/// To and fro between two processes: each waits for the other's item, and that for the next.
class MpPair {
 public:
  void send(bool to, int item) { (to ? to_ : fro_).put(item); }
  int receive(bool to, int) { return (to ? to_ : fro_).get(); }

 private:
  mp::Queue<int> to_;
  mp::Queue<int> fro_;
};

using bench::FutexPair;

template <class Pair>
void BM_MpQueue_ping_pong(benchmark::State& state) {
  constexpr int k_end = -1;
  Pair pair;
  const bench::Crew<Processes> other(1, [&pair] {
    for (int item = 0; item != k_end;) {
      item = pair.receive(true, item);
      pair.send(false, item);
    }
  });
  int turn = 0;
  for (auto _ : state) {
    pair.send(true, turn + 1);
    turn = pair.receive(false, turn);
  }
  pair.send(true, k_end);
  (void)pair.receive(false, turn);
}
BENCHMARK_TEMPLATE(BM_MpQueue_ping_pong, MpPair)->UseRealTime();
BENCHMARK_TEMPLATE(BM_MpQueue_ping_pong, FutexPair)->UseRealTime();

}  // namespace
