// SPDX-License-Identifier: MIT
#include "hilo/queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <limits>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"

namespace hilo::queue {
namespace {

using namespace std::chrono_literals;
using test::in_threads, test::k_soon;

/// What holds for each kind, with items that stand in the queue itself and with such that do not.
template <class Kind>
class AnyQueueTest : public ::testing::Test {
 public:
  using Item = typename Kind::value_type;
  static Item item(int number) {
    if constexpr (std::is_same_v<Item, int>) {
      return number;
    } else {
      return std::to_string(number);
    }
  }
};
using Kinds = ::testing::Types<Queue<int>, LifoQueue<int>, PriorityQueue<int>, Queue<std::string>,
                               LifoQueue<std::string>, PriorityQueue<std::string>>;
TYPED_TEST_SUITE(AnyQueueTest, Kinds);

/// Calls `work` in a thread of its own; the test fails if it is not over soon.
template <class Work>
auto elsewhere(Work work) {
  return std::async(std::launch::async, std::move(work));
}
template <class Result>
[[nodiscard]] bool is_over(std::future<Result>& future) {
  return future.wait_for(k_soon) == std::future_status::ready;
}

TYPED_TEST(AnyQueueTest, GivesWhatWasPut) {
  TypeParam queue;
  queue.put(this->item(7));
  const auto item = this->item(8);
  queue.put(item);
  queue.put_nowait(item);
  EXPECT_EQ(queue.qsize(), 3);
  std::vector<typename TypeParam::value_type> got{queue.get(), queue.get(1s), queue.get_nowait()};
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, (std::vector{this->item(7), item, item}));
}

TYPED_TEST(AnyQueueTest, SizesAreThoseOfPython) {
  TypeParam unbounded;
  TypeParam negative(-3);
  TypeParam two(2);
  EXPECT_EQ(unbounded.maxsize(), 0);
  EXPECT_EQ(negative.maxsize(), 0);
  EXPECT_EQ(two.maxsize(), 2);
  EXPECT_TRUE(two.empty());
  two.put(this->item(1));
  negative.put(this->item(1));
  EXPECT_FALSE(two.empty());
  EXPECT_FALSE(two.full());
  two.put(this->item(1));
  EXPECT_TRUE(two.full());
  EXPECT_FALSE(negative.full());
  EXPECT_EQ(two.qsize(), 2);
}

TYPED_TEST(AnyQueueTest, PutWithoutRoomIsFull) {
  TypeParam queue(1);
  queue.put(this->item(1));
  EXPECT_THROW(queue.put_nowait(this->item(2)), Full);
  EXPECT_THROW(queue.put(this->item(2), false), Full);
  EXPECT_THROW(queue.put(this->item(2), -1s), Full);
  EXPECT_FALSE(queue.try_put(this->item(2)));
  EXPECT_GE(test::time_of([&] { EXPECT_THROW(queue.put(this->item(2), 20ms), Full); }), 20ms);
  EXPECT_EQ(queue.qsize(), 1);
}

TYPED_TEST(AnyQueueTest, GetWithoutItemIsEmpty) {
  TypeParam queue;
  EXPECT_THROW(queue.get_nowait(), Empty);
  EXPECT_THROW(queue.get(false), Empty);
  EXPECT_THROW(queue.get(-1s), Empty);
  EXPECT_EQ(queue.try_get(), std::nullopt);
  EXPECT_GE(test::time_of([&] { EXPECT_THROW(queue.get(20ms), Empty); }), 20ms);
  EXPECT_GE(test::time_of([&] { EXPECT_EQ(queue.try_get(20ms), std::nullopt); }), 20ms);
}

TYPED_TEST(AnyQueueTest, RefusesATimeoutThatIsNoNumber) {
  TypeParam queue;
  const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW(queue.put(this->item(1), nan), ValueError);
  EXPECT_THROW(queue.get(nan), ValueError);
  EXPECT_THROW(queue.join(nan), ValueError);
}

TYPED_TEST(AnyQueueTest, PutWaitsForRoom) {
  TypeParam queue(1);
  queue.put(this->item(1));
  auto put = elsewhere([&] { queue.put(this->item(2)); });
  EXPECT_EQ(put.wait_for(20ms), std::future_status::timeout);
  EXPECT_EQ(queue.get(), this->item(1));
  ASSERT_TRUE(is_over(put));
  EXPECT_EQ(queue.get(), this->item(2));
}

TYPED_TEST(AnyQueueTest, GetWaitsForAnItem) {
  TypeParam queue;
  auto got = elsewhere([&] { return queue.get(); });
  EXPECT_EQ(got.wait_for(20ms), std::future_status::timeout);
  queue.put(this->item(5));
  ASSERT_TRUE(is_over(got));
  EXPECT_EQ(got.get(), this->item(5));
}

TYPED_TEST(AnyQueueTest, TaskDoneTooOftenIsAnError) {
  TypeParam queue;
  EXPECT_THROW(queue.task_done(), ValueError);
  queue.put(this->item(1));
  queue.task_done();  // as in Python, before the get too
  EXPECT_THROW(queue.task_done(), ValueError);
}

TYPED_TEST(AnyQueueTest, JoinWaitsUntilAllIsWorkedOff) {
  TypeParam queue;
  EXPECT_TRUE(queue.join());
  queue.put(this->item(1));
  queue.put(this->item(2));
  EXPECT_FALSE(queue.join(false));
  auto joined = elsewhere([&] { return queue.join(); });
  auto joined_too = elsewhere([&] { return queue.join(k_soon); });
  (void)queue.get();
  (void)queue.get();
  queue.task_done();
  EXPECT_FALSE(queue.join(20ms));
  EXPECT_EQ(joined.wait_for(0s), std::future_status::timeout);
  queue.task_done();
  ASSERT_TRUE(is_over(joined));
  EXPECT_TRUE(joined.get());
  EXPECT_TRUE(joined_too.get());
}

TYPED_TEST(AnyQueueTest, AfterShutdownPutIsRefusedBeforeItIsFull) {
  TypeParam queue(1);
  queue.put(this->item(1));
  queue.shutdown();
  EXPECT_THROW(queue.put(this->item(2)), ShutDown);
  EXPECT_THROW(queue.put_nowait(this->item(2)), ShutDown);
  EXPECT_THROW((void)queue.try_put(this->item(2)), ShutDown);
}

TYPED_TEST(AnyQueueTest, AfterShutdownGetDrainsFirst) {
  TypeParam queue;
  queue.put(this->item(1));
  queue.put(this->item(2));
  queue.shutdown();
  queue.shutdown();
  (void)queue.get();
  EXPECT_NE(queue.try_get(), std::nullopt);
  EXPECT_THROW(queue.get(), ShutDown);
  EXPECT_THROW(queue.get_nowait(), ShutDown);
  EXPECT_THROW((void)queue.try_get(1s), ShutDown);
  EXPECT_FALSE(queue.join(false));
  queue.task_done();
  queue.task_done();
  EXPECT_TRUE(queue.join(false));
}

TYPED_TEST(AnyQueueTest, ImmediateShutdownDropsItemsAndTheirTasks) {
  TypeParam queue;
  for (int i = 0; i < 3; ++i) queue.put(this->item(i));
  (void)queue.get();
  queue.shutdown(true);
  EXPECT_TRUE(queue.empty());
  EXPECT_THROW(queue.get(), ShutDown);
  EXPECT_FALSE(queue.join(false));  // the one that was got
  queue.task_done();
  EXPECT_TRUE(queue.join(false));
  EXPECT_THROW(queue.task_done(), ValueError);
}

TYPED_TEST(AnyQueueTest, ImmediateShutdownAfterGracefulDropsTheRest) {
  TypeParam queue;
  queue.put(this->item(1));
  auto joined = elsewhere([&] { return queue.join(k_soon); });
  queue.shutdown();
  queue.shutdown(true);
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(joined.get());
}

TYPED_TEST(AnyQueueTest, ShutdownWakesAllWhoWait) {
  TypeParam full(1);
  TypeParam empty;
  full.put(this->item(1));
  std::atomic<int> refused = 0;
  auto waiters = elsewhere([&] {
    in_threads(8, [&](int number) {
      try {
        if (number % 2 == 0) {
          full.put(this->item(2));
        } else {
          (void)empty.get();
        }
      } catch (const ShutDown&) {
        ++refused;
      }
    });
  });
  EXPECT_EQ(waiters.wait_for(20ms), std::future_status::timeout);
  full.shutdown();
  empty.shutdown();
  ASSERT_TRUE(is_over(waiters));
  EXPECT_EQ(refused, 8);
}

TYPED_TEST(AnyQueueTest, StopRequestEndsAWait) {
  TypeParam queue(1);
  std::stop_source getting;
  std::stop_source putting;
  auto got = elsewhere([&] { return queue.try_get(getting.get_token()); });
  EXPECT_EQ(got.wait_for(20ms), std::future_status::timeout);
  getting.request_stop();
  ASSERT_TRUE(is_over(got));
  EXPECT_EQ(got.get(), std::nullopt);

  queue.put(this->item(1));
  auto put = elsewhere([&] { return queue.try_put(this->item(2), putting.get_token()); });
  EXPECT_EQ(put.wait_for(20ms), std::future_status::timeout);
  putting.request_stop();
  ASSERT_TRUE(is_over(put));
  EXPECT_FALSE(put.get());
  EXPECT_EQ(queue.qsize(), 1);

  // What needs no wait is done, stop or not; others are not disturbed.
  EXPECT_EQ(queue.try_get(getting.get_token()), this->item(1));
  EXPECT_TRUE(queue.try_put(this->item(3), putting.get_token()));
  EXPECT_EQ(queue.try_get(std::stop_token(), 1s), this->item(3));
  EXPECT_EQ(queue.try_get(std::stop_token(), 10ms), std::nullopt);
}

TYPED_TEST(AnyQueueTest, IterationEndsAtShutdownAfterDraining) {
  TypeParam queue;
  for (int i = 1; i < 6; ++i) queue.put(this->item(i));
  std::atomic<int> seen = 0;
  auto workers = elsewhere([&] {
    in_threads(3, [&](int) {
      for (auto item : queue) {
        EXPECT_NE(item, typename TypeParam::value_type());
        ++seen;
        queue.task_done();
      }
    });
  });
  EXPECT_TRUE(queue.join(k_soon));
  queue.put(this->item(6));
  queue.shutdown();
  ASSERT_TRUE(is_over(workers));
  EXPECT_EQ(seen, 6);
}

TYPED_TEST(AnyQueueTest, IterationTakesNoMoreThanItIsAskedFor) {
  TypeParam queue;
  for (int i = 0; i < 5; ++i) queue.put(this->item(i));
  queue.shutdown();
  int seen = 0;
  for ([[maybe_unused]] auto&& item : queue | std::views::take(2)) ++seen;
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(queue.qsize(), 3);
  for ([[maybe_unused]] auto&& item : queue | std::views::drop(2) | std::views::take(1)) ++seen;
  EXPECT_EQ(seen, 3);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace hilo::queue
