// SPDX-License-Identifier: MIT
// Which item each kind of queue gives first, and comparisons that throw.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "helpers/eventually.hpp"
#include "hilo/queue.hpp"

namespace hilo::queue {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

TEST(QueueTest, IsFirstInFirstOut) {
  Queue<int> queue;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10'000; ++i) queue.put(i);
    for (int i = 0; i < 10'000; ++i) ASSERT_EQ(queue.get(), i);
  }
}

TEST(LifoQueueTest, IsLastInFirstOut) {
  LifoQueue<int> queue;
  for (int i = 0; i < 1000; ++i) queue.put(i);
  for (int i = 999; i >= 0; --i) ASSERT_EQ(queue.get(), i);
}

TEST(PriorityQueueTest, GivesTheSmallestFirst) {
  PriorityQueue<std::uint32_t> queue;
  std::uint32_t random = 1;
  for (int i = 0; i < 5000; ++i) queue.put((random = random * 1664525U + 1013904223U) >> 20);
  for (std::uint32_t last = 0; !queue.empty();) {
    const std::uint32_t item = queue.get();
    ASSERT_GE(item, last);
    last = item;
  }
}

TEST(PriorityQueueTest, TakesAnyOrder) {
  PriorityQueue<std::string, std::greater<>> largest;
  for (const char* name : {"b", "c", "a"}) largest.put(name);
  EXPECT_EQ(largest.get(), "c");

  const auto nearer_to_10 = [](int a, int b) { return std::abs(a - 10) < std::abs(b - 10); };
  PriorityQueue<int, decltype(nearer_to_10)> nearest(0, nearer_to_10);
  for (int i : {1, 9, 30}) nearest.put(i);
  EXPECT_EQ(nearest.get(), 9);

  PriorityQueue<std::pair<int, std::string>> jobs;  // Python's tuples (priority, data)
  jobs.put({2, "later"});
  jobs.put({1, "now"});
  EXPECT_EQ(jobs.get().second, "now");
}

TEST(PriorityQueueTest, ThrowingComparisonChangesNothing) {
  int left = 1'000'000;
  struct Thrown {};
  const auto compare = [&left](const std::unique_ptr<int>& a, const std::unique_ptr<int>& b) {
    if (--left == 0) throw Thrown();
    return *a < *b;
  };
  PriorityQueue<std::unique_ptr<int>, decltype(compare)> queue(0, compare);
  for (int i = 0; i < 30; ++i) queue.put(std::make_unique<int>((i * 7) % 30));
  for (int turn = 1; turn <= 4; ++turn) {
    left = turn;
    auto item = std::make_unique<int>(-1);
    EXPECT_THROW(queue.put(std::move(item)), Thrown);
    EXPECT_NE(item, nullptr) << "the item is still the caller's";
    left = turn;
    EXPECT_THROW(queue.get(), Thrown);
    EXPECT_EQ(queue.qsize(), 30);
  }
  left = 1'000'000;
  for (int i = 0; i < 30; ++i) EXPECT_EQ(*queue.get(), i);
}

/// By number; `spoilt` ones cannot be compared.
struct Job {
  int number;
  bool spoilt = false;
  bool operator<(const Job& other) const {
    if (spoilt || other.spoilt) throw std::runtime_error("compare");
    return number < other.number;
  }
};

TEST(PriorityQueueTest, ThrowingComparisonOfOneWaiterDoesNotKeepTheNextAsleep) {
  PriorityQueue<Job> queue(2);
  queue.put({1});
  queue.put({2});
  auto first = std::async(std::launch::async, [&] { queue.put({3, true}, k_soon); });
  EXPECT_EQ(first.wait_for(20ms), std::future_status::timeout);
  auto second = std::async(std::launch::async, [&] { queue.put({4}, k_soon); });
  EXPECT_EQ(second.wait_for(20ms), std::future_status::timeout);
  EXPECT_EQ(queue.get().number, 1);
  EXPECT_THROW(first.get(), std::runtime_error);
  // Well before its own time is up.
  EXPECT_EQ(second.wait_for(k_soon / 2), std::future_status::ready);
  second.get();
  EXPECT_EQ(queue.qsize(), 2);
}

TEST(PriorityQueueTest, DroppingItemsComparesNone) {
  bool spoilt = false;
  const auto compare = [&spoilt](int a, int b) {
    if (spoilt) throw std::runtime_error("compare");
    return a < b;
  };
  PriorityQueue<int, decltype(compare)> dropped(0, compare);
  PriorityQueue<int, decltype(compare)> destroyed(0, compare);
  for (int i = 0; i < 5; ++i) {
    dropped.put(i);
    destroyed.put(i);
  }
  spoilt = true;
  dropped.shutdown(true);
  EXPECT_TRUE(dropped.empty());
  EXPECT_TRUE(dropped.join(false));
}

TEST(PriorityQueueTest, SortsBools) {
  PriorityQueue<bool> queue;
  for (const bool item : {true, false, true, false}) queue.put(item);
  for (const bool item : {false, false, true, true}) EXPECT_EQ(queue.get(), item);
}

}  // namespace
}  // namespace hilo::queue
