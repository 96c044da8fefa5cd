// SPDX-License-Identifier: MIT
#include "hilo/queue/simple_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"

namespace hilo::queue {
namespace {

using namespace std::chrono_literals;
using test::in_threads, test::k_soon;

TEST(SimpleQueueTest, IsFirstInFirstOut) {
  SimpleQueue<std::string> queue;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2000; ++i) queue.put(std::to_string(i));
    EXPECT_EQ(queue.qsize(), 2000);
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(queue.get(), std::to_string(i));
    EXPECT_TRUE(queue.empty());
  }
}

TEST(SimpleQueueTest, GetWithoutItemIsEmpty) {
  SimpleQueue<int> queue;
  EXPECT_THROW(queue.get_nowait(), Empty);
  EXPECT_THROW(queue.get(-1s), Empty);
  EXPECT_GE(test::time_of([&] { EXPECT_THROW(queue.get(20ms), Empty); }), 20ms);
  EXPECT_EQ(queue.try_get(), std::nullopt);
  const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW(queue.get(nan), ValueError);
}

TEST(SimpleQueueTest, GetWaitsForAnItem) {
  SimpleQueue<int> queue;
  auto got = std::async(std::launch::async, [&] { return queue.get() + queue.get(k_soon); });
  EXPECT_EQ(got.wait_for(20ms), std::future_status::timeout);
  queue.put(1);
  queue.put_nowait(2);
  ASSERT_EQ(got.wait_for(k_soon), std::future_status::ready);
  EXPECT_EQ(got.get(), 3);
}

TEST(SimpleQueueTest, EachOfManySleepersGetsOne) {
  constexpr int k_sleepers = 8;
  SimpleQueue<int> queue;
  std::atomic<int> sum = 0;
  auto all = std::async(std::launch::async,
                        [&] { in_threads(k_sleepers, [&](int) { sum += queue.get(k_soon); }); });
  EXPECT_EQ(all.wait_for(20ms), std::future_status::timeout);
  for (int i = 0; i < k_sleepers; ++i) queue.put(1);
  ASSERT_EQ(all.wait_for(k_soon), std::future_status::ready);
  EXPECT_EQ(sum, k_sleepers);
}

TEST(SimpleQueueTest, StopRequestEndsThatWaitOnly) {
  SimpleQueue<int> queue;
  std::stop_source source;
  auto other = std::async(std::launch::async, [&] { return queue.get(); });
  auto stopped =
      std::async(std::launch::async, [&] { return queue.try_get(source.get_token(), k_soon); });
  EXPECT_EQ(stopped.wait_for(20ms), std::future_status::timeout);
  source.request_stop();
  ASSERT_EQ(stopped.wait_for(k_soon), std::future_status::ready);
  EXPECT_EQ(stopped.get(), std::nullopt);
  queue.put(4);
  EXPECT_EQ(other.get(), 4);
}

TEST(SimpleQueueTest, KeepsEachPuttersOrder) {
  constexpr int k_putters = 4;
  constexpr int k_items = 20'000;
  SimpleQueue<std::pair<int, int>> queue;
  std::vector<int> last(k_putters, -1);
  auto putters = std::async(std::launch::async, [&] {
    in_threads(k_putters, [&](int number) {
      for (int i = 0; i < k_items; ++i) queue.put({number, i});
    });
  });
  for (int i = 0; i < k_putters * k_items; ++i) {
    const auto [number, item] = queue.get(k_soon);
    ASSERT_EQ(item, last[static_cast<std::size_t>(number)] + 1);
    ++last[static_cast<std::size_t>(number)];
  }
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace hilo::queue
