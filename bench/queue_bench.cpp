// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>
#include <oneapi/tbb/concurrent_queue.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "blockingconcurrentqueue.h"
#include "hilo/queue.hpp"

namespace {

namespace queue = hilo::queue;

template <class T>
class Tbb {
 public:
  explicit Tbb(std::ptrdiff_t maxsize = 0) {
    if (maxsize > 0) queue_.set_capacity(maxsize);
  }
  void put(T item) { queue_.push(std::move(item)); }
  T get() {
    T item;
    queue_.pop(item);
    return item;
  }

 private:
  tbb::concurrent_bounded_queue<T> queue_;
};

/// What everybody writes.
template <class T>
class Locked {
 public:
  explicit Locked(std::size_t maxsize = 0) : maxsize_(maxsize) {}
  void put(T item) {
    {
      std::unique_lock guard(lock_);
      if (maxsize_ > 0) not_full_.wait(guard, [this] { return items_.size() < maxsize_; });
      items_.push_back(std::move(item));
    }
    not_empty_.notify_one();
  }
  T get() {
    std::unique_lock guard(lock_);
    not_empty_.wait(guard, [this] { return !items_.empty(); });
    T item = std::move(items_.front());
    items_.pop_front();
    guard.unlock();
    if (maxsize_ > 0) not_full_.notify_one();
    return item;
  }

 private:
  const std::size_t maxsize_;
  std::mutex lock_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  std::deque<T> items_;
};

template <class T>
class Moodycamel {
 public:
  void put(T item) { queue_.enqueue(std::move(item)); }
  T get() {
    T item;
    queue_.wait_dequeue(item);
    return item;
  }

 private:
  moodycamel::BlockingConcurrentQueue<T> queue_;
};

/// `pairs` threads put and as many get, without a pause; the time of one item's way through.
template <class Queue, int pairs, int... maxsize>
void BM_Queue_stream(benchmark::State& state) {
  constexpr long k_items = 400'000;
  constexpr long k_each = k_items / pairs;
  for (auto _ : state) {
    Queue items(maxsize...);
    std::atomic<int> ready = 0;
    std::atomic<bool> go = false;
    std::atomic<long> sum = 0;
    const auto wait_for_go = [&] {
      ++ready;
      while (!go) std::this_thread::yield();
    };
    std::vector<std::thread> threads;
    for (int pair = 0; pair < pairs; ++pair) {
      threads.emplace_back([&] {
        wait_for_go();
        for (int item = 0; item < k_each; ++item) items.put(item);
      });
      threads.emplace_back([&] {
        wait_for_go();
        long mine = 0;
        for (int turn = 0; turn < k_each; ++turn) mine += items.get();
        sum += mine;
      });
    }
    while (ready != 2 * pairs) std::this_thread::yield();
    const auto start = std::chrono::steady_clock::now();
    go = true;
    for (std::thread& thread : threads) thread.join();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    state.SetIterationTime(time.count());
    if (sum != pairs * (k_each * (k_each - 1) / 2)) state.SkipWithError("items were lost");
  }
  state.SetItemsProcessed(state.iterations() * k_items);
}
#define HILO_STREAM(...) BENCHMARK_TEMPLATE(BM_Queue_stream, __VA_ARGS__)->UseManualTime()
HILO_STREAM(queue::Queue<int>, 1);
HILO_STREAM(Tbb<int>, 1);
HILO_STREAM(Locked<int>, 1);
HILO_STREAM(queue::Queue<int>, 2);
HILO_STREAM(Tbb<int>, 2);
HILO_STREAM(Locked<int>, 2);
HILO_STREAM(queue::Queue<int>, 1, 1024);
HILO_STREAM(Tbb<int>, 1, 1024);
HILO_STREAM(Locked<int>, 1, 1024);
HILO_STREAM(queue::Queue<int>, 2, 1024);
HILO_STREAM(Tbb<int>, 2, 1024);
HILO_STREAM(Locked<int>, 2, 1024);
HILO_STREAM(queue::SimpleQueue<int>, 1);
HILO_STREAM(Moodycamel<int>, 1);
HILO_STREAM(queue::SimpleQueue<int>, 4);
HILO_STREAM(Moodycamel<int>, 4);

/// From put() to the return of get() in a thread that sleeps there.
template <class Queue>
void BM_Queue_wake(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  Queue items;
  std::atomic<Clock::time_point> arrived = Clock::time_point();
  std::thread consumer([&] {
    while (items.get() != nullptr) arrived = Clock::now();
  });
  for (auto _ : state) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));  // so that it sleeps
    arrived = Clock::time_point();
    auto item = std::make_unique<int>(1);
    const Clock::time_point start = Clock::now();
    items.put(std::move(item));
    Clock::time_point end;
    while ((end = arrived) == Clock::time_point()) std::this_thread::yield();
    state.SetIterationTime(std::chrono::duration<double>(end - start).count());
  }
  items.put(nullptr);
  consumer.join();
}
BENCHMARK_TEMPLATE(BM_Queue_wake, queue::Queue<std::unique_ptr<int>>)->UseManualTime();
BENCHMARK_TEMPLATE(BM_Queue_wake, Locked<std::unique_ptr<int>>)->UseManualTime();

}  // namespace
