// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <list>
#include <map>
#include <numeric>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/queue.hpp"

namespace hilo::test {
namespace {

using namespace std::chrono_literals;
using hilo::queue::Empty;
using hilo::queue::Full;
using hilo::queue::ShutDown;

struct Point {
  int x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};

template <class T>
void expect_round_trip(const T& item) {
  const mp::Queue<T> queue;
  queue.put(item);
  queue.put(item);
  EXPECT_EQ(queue.get(), item);
  EXPECT_EQ(queue.try_get(), std::optional<T>(item));
  EXPECT_TRUE(queue.empty());
}

TEST(MpQueueItemTest, WhatIsPutIsGot) {
  expect_round_trip(7);
  expect_round_trip(Point{1, 2.5});
  expect_round_trip(true);
  expect_round_trip(std::string());
  expect_round_trip(std::string("corto"));
  expect_round_trip(std::string(100'000, 'x'));
  expect_round_trip(std::vector<double>(131'072, 1.5));
  expect_round_trip(std::vector<bool>{true, false});
  expect_round_trip(std::map<std::string, std::vector<int>>{{"a", {1, 2}}, {"b", {}}});
  expect_round_trip(std::list<std::string>(2'000, "largo"));
}

TEST(MpQueueItemTest, EverySizeAroundTheLimitsCrosses) {
  const mp::Queue<std::string> queue;
  std::vector<std::size_t> sizes;
  for (std::size_t size = 0; size < 40; ++size) sizes.push_back(size);
  for (std::size_t size = 480; size < 550; ++size) sizes.push_back(size);
  for (std::size_t size = 8'100; size < 8'200; ++size) sizes.push_back(size);
  // Lagging behind, so that chunks end at every place.
  for (int round = 0; round < 3; ++round) {
    for (const std::size_t size : sizes) queue.put(std::string(size, static_cast<char>(size)));
    for (const std::size_t size : sizes) {
      ASSERT_EQ(queue.get(), std::string(size, static_cast<char>(size))) << size;
    }
  }
}

TEST(MpQueueItemTest, ThingsChangedAfterPutAreNotSeen) {  // pain 7
  const mp::Queue<std::vector<std::string>> queue;
  std::vector<std::string> item{"antes"};
  queue.put(item);
  item[0] = "después";
  EXPECT_EQ(queue.get(), std::vector<std::string>{"antes"});
}

struct Deep {
  std::vector<Deep> inside;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(inside);
  }
};

TEST(MpQueueItemTest, AnErrorOfSerialisingAppearsInPut) {  // pain 7
  Deep deep;
  for (int level = 0; level < 400; ++level) {
    Deep outer;
    outer.inside.push_back(std::move(deep));
    deep = std::move(outer);
  }
  const mp::Queue<Deep> queue;
  EXPECT_THROW(queue.put(deep), PicklingError);
  EXPECT_TRUE(queue.empty());
  queue.put(Deep());
  EXPECT_TRUE(queue.get().inside.empty());
}

TEST(MpQueueItemTest, AHandleThatWasMovedFromIsRefusedByPut) {
  const mp::Queue<mp::Lock> queue;
  mp::Lock lock;
  const mp::Lock moved = std::move(lock);
  EXPECT_THROW(queue.put(lock), PicklingError);  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(queue.empty());
}

TEST(MpQueueItemTest, ABorrowedItemStandsInTheSharedMemoryAndIsTheBorrowers) {
  const mp::Queue<std::vector<int>> queue;
  std::vector<int> item(100'000);
  std::iota(item.begin(), item.end(), 0);
  queue.put(item);
  queue.put({1, 2, 3});
  auto large = queue.borrow();
  const auto small = queue.borrow();
  EXPECT_TRUE(std::equal(large.begin(), large.end(), item.begin(), item.end()));
  EXPECT_EQ(small.size(), 3U);
  EXPECT_EQ(small[2], 3);
  large[0] = 42;
  EXPECT_EQ(large.span().front(), 42);
  EXPECT_THROW((void)queue.borrow(false), Empty);
}

TEST(MpQueueWaitTest, APollDoesNotWait) {
  const mp::Queue<int> queue(1);
  EXPECT_THROW(queue.get(false), Empty);
  EXPECT_THROW(queue.get_nowait(), Empty);
  EXPECT_THROW(queue.get(0s), Empty);
  EXPECT_THROW(queue.get(-1s), Empty);
  EXPECT_FALSE(queue.try_get());
  queue.put_nowait(1);
  EXPECT_TRUE(queue.full());
  EXPECT_THROW(queue.put_nowait(2), Full);
  EXPECT_THROW(queue.put(2, -1s), Full);
  EXPECT_FALSE(queue.try_put(2));
  EXPECT_EQ(queue.qsize(), 1);
}

TEST(MpQueueWaitTest, ATimeoutEndsAWait) {
  const mp::Queue<int> queue(1);
  EXPECT_GE(time_of([&] { EXPECT_THROW(queue.get(20ms), Empty); }), 20ms);
  queue.put(1);
  EXPECT_GE(time_of([&] { EXPECT_THROW(queue.put(2, 20ms), Full); }), 20ms);
  EXPECT_THROW(queue.get(std::chrono::duration<double>(std::nan(""))), ValueError);
}

TEST(MpQueueWaitTest, AStopRequestEndsAWait) {
  const mp::Queue<int> queue(1);
  std::stop_source source;
  std::jthread getter([&] { EXPECT_FALSE(queue.try_get(source.get_token())); });
  source.request_stop();
  getter.join();
  queue.put(1);
  std::stop_source other;
  std::jthread putter([&] { EXPECT_FALSE(queue.try_put(2, other.get_token())); });
  other.request_stop();
  putter.join();
  EXPECT_EQ(queue.get(), 1);
}

TEST(MpQueueWaitTest, WhoWaitsIsWoken) {
  const mp::Queue<int> queue(1);
  for (int round = 0; round < 50; ++round) {
    std::jthread getter([&] { EXPECT_EQ(queue.get(k_soon), round); });
    queue.put(round);
  }
  queue.put(0);
  std::jthread putter([&] { queue.put(1, k_soon); });
  EXPECT_EQ(queue.get(), 0);
  EXPECT_EQ(queue.get(k_soon), 1);
}

TEST(MpQueueWaitTest, OfManyWhoSleepEachGetsItsItem) {
  const mp::Queue<int> queue;
  mp::Semaphore got{0};
  std::vector<std::jthread> getters;
  for (int number = 0; number < 8; ++number) {
    getters.emplace_back([&] {
      (void)queue.get(k_soon);
      got.release();
    });
  }
  // Asleep or not: each is for one of them.
  for (int item = 0; item < 8; ++item) queue.put(item);
  for (int item = 0; item < 8; ++item) EXPECT_TRUE(got.acquire(k_soon));
}

TEST(MpQueueWaitTest, ManyPutAndManyGet) {
  constexpr int k_threads = 4;
  constexpr int k_each = 2'000;
  const mp::Queue<std::pair<int, int>> queue(3);
  std::atomic<int> got = 0;
  in_threads(2 * k_threads, [&](int number) {
    if (number < k_threads) {
      for (int item = 0; item < k_each; ++item) queue.put({number, item});
    } else {
      std::vector<int> next(k_threads);
      for (int turn = 0; turn < k_each; ++turn) {
        const auto [producer, item] = queue.get(k_soon);
        EXPECT_GE(item, next[static_cast<std::size_t>(producer)]);
        next[static_cast<std::size_t>(producer)] = item + 1;
        ++got;
      }
    }
  });
  EXPECT_EQ(got, k_threads * k_each);
  EXPECT_TRUE(queue.empty());
}

TEST(MpQueueEndTest, AClosedHandleRefuses) {
  mp::Queue<int> queue;
  const mp::Queue<int> other = queue;
  queue.put(1);
  queue.close();
  EXPECT_THROW(queue.put(2), ValueError);
  EXPECT_THROW(queue.get(), ValueError);
  EXPECT_EQ(other.get(), 1);
  queue.join_thread();
  queue.cancel_join_thread();
}

TEST(MpQueueEndTest, AfterShutdownWhatIsThereIsGot) {
  const mp::Queue<int> queue;
  queue.put(1);
  queue.shutdown();
  EXPECT_THROW(queue.put(2), ShutDown);
  EXPECT_EQ(queue.get(), 1);
  EXPECT_THROW(queue.get(), ShutDown);
  EXPECT_THROW(queue.get(false), ShutDown);
}

TEST(MpQueueEndTest, AnImmediateShutdownDropsWhatIsThere) {
  const mp::JoinableQueue<std::string> queue;
  queue.put("a");
  queue.put(std::string(10'000, 'b'));
  queue.shutdown(true);
  EXPECT_TRUE(queue.empty());
  EXPECT_THROW(queue.get(), ShutDown);
  EXPECT_TRUE(queue.join(k_soon));
}

constinit bool g_readable = true;
struct PerhapsUnreadable {
  PerhapsUnreadable() {
    if (!g_readable) throw ValueError("unreadable");
  }
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
};

TEST(MpQueueEndTest, AnImmediateShutdownDropsWhatCannotBeRead) {
  const mp::JoinableQueue<PerhapsUnreadable> queue;
  for (int i = 0; i < 2; ++i) queue.put({});
  g_readable = false;
  EXPECT_NO_THROW(queue.shutdown(true));
  g_readable = true;
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.join(k_soon));
}

TEST(MpQueueEndTest, ShutdownWakesWhoWaits) {
  const mp::Queue<int> queue(1);
  std::jthread getter([&] { EXPECT_THROW(queue.get(k_soon), ShutDown); });
  queue.shutdown();
  getter.join();
  const mp::Queue<int> full(1);
  full.put(1);
  std::jthread putter([&] { EXPECT_THROW(full.put(2, k_soon), ShutDown); });
  full.shutdown();
}

TEST(JoinableQueueTest, JoinWaitsForEveryTask) {
  const mp::JoinableQueue<int> queue;
  EXPECT_TRUE(queue.join(false));
  EXPECT_THROW(queue.task_done(), ValueError);
  queue.put(1);
  queue.put(2);
  (void)queue.get();
  (void)queue.get();
  queue.task_done();
  EXPECT_FALSE(queue.join(1ms));
  std::jthread joiner([&] { EXPECT_TRUE(queue.join(k_soon)); });
  queue.task_done();
  joiner.join();
  EXPECT_THROW(queue.task_done(), ValueError);
}

TEST(MpSimpleQueueTest, PutsGetsAndTellsWhetherItIsEmpty) {
  mp::SimpleQueue<std::string> queue;
  EXPECT_TRUE(queue.empty());
  queue.put("a");
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.get(), "a");
  queue.close();
  EXPECT_THROW(queue.put("b"), ValueError);
}

}  // namespace
}  // namespace hilo::test
