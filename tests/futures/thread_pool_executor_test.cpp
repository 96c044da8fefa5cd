// SPDX-License-Identifier: MIT
#include "hilo/futures/thread_pool_executor.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <ranges>
#include <set>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/futures.hpp"
#include "hilo/queue/errors.hpp"
#include "hilo/threading.hpp"

namespace {

using namespace std::chrono_literals;
namespace futures = hilo::futures;
namespace threading = hilo::threading;
using futures::ThreadPoolExecutor;

static_assert(futures::Executor<ThreadPoolExecutor>);

int square(int n) { return n * n; }

/// Keeps a worker until it is opened.
struct Gate {
  threading::Event begun;
  threading::Event open;
  void pass() {
    begun.set();
    ASSERT_TRUE(open.wait(20s));
  }
};

TEST(ThreadPoolExecutorTest, RunsTasks) {
  ThreadPoolExecutor executor(2);
  EXPECT_EQ(executor.submit(square, 7).result(), 49);
  auto owner = executor.submit([](std::unique_ptr<int> p) { return p; }, std::make_unique<int>(3));
  EXPECT_EQ(*owner.result(), 3);
  executor.submit([] {}).result();
}

TEST(ThreadPoolExecutorTest, BringsErrorsHome) {
  ThreadPoolExecutor executor(1);
  auto future = executor.submit([](int) -> int { throw std::out_of_range("far"); }, 1);
  EXPECT_THROW((void)future.result(20s), std::out_of_range);
  auto exits = executor.submit([] { throw hilo::SystemExit(3); });
  EXPECT_THROW(exits.result(20s), hilo::SystemExit);
  EXPECT_EQ(executor.submit(square, 2).result(), 4);
}

TEST(ThreadPoolExecutorTest, StartsThreadsAsThereIsWork) {
  Gate gate;
  ThreadPoolExecutor executor({.max_workers = 3, .thread_name_prefix = "hands"});
  const auto hands = [] {
    int count = 0;
    for (auto& thread : threading::enumerate()) count += thread.name().starts_with("hands_");
    return count;
  };
  EXPECT_EQ(hands(), 0);
  EXPECT_EQ(executor.submit([] { return threading::current_thread().name(); }).result(), "hands_0");
  EXPECT_EQ(hands(), 1);
  std::vector<futures::Future<void>> all;
  for (int i = 0; i < 6; ++i) all.push_back(executor.submit([&] { gate.pass(); }));
  EXPECT_TRUE(hilo::test::eventually([&] { return hands() == 3; }));
  gate.open.set();
}

TEST(ThreadPoolExecutorTest, WaitsForAllTasksAtItsEnd) {
  std::atomic<int> done{0};
  {
    ThreadPoolExecutor executor(2);
    for (int i = 0; i < 100; ++i) (void)executor.submit([&] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(ThreadPoolExecutorTest, RefusesAfterShutdown) {
  ThreadPoolExecutor executor(1);
  executor.shutdown();
  executor.shutdown(false);
  EXPECT_THROW((void)executor.submit(square, 1), hilo::RuntimeError);
}

TEST(ThreadPoolExecutorTest, CancelsWhatHasNotBegunAtShutdown) {
  Gate gate;
  ThreadPoolExecutor executor(1);
  auto running = executor.submit([&] { gate.pass(); });
  ASSERT_TRUE(gate.begun.wait(20s));
  auto pending = executor.submit(square, 1);
  executor.shutdown({.wait = false, .cancel_futures = true});
  EXPECT_TRUE(pending.cancelled());
  EXPECT_FALSE(running.cancel());
  gate.open.set();
  running.result(20s);
}

TEST(ThreadPoolExecutorTest, SkipsACancelledTask) {
  Gate gate;
  ThreadPoolExecutor executor(1);
  auto running = executor.submit([&] { gate.pass(); });
  bool ran = false;
  auto pending = executor.submit([&] { ran = true; });
  EXPECT_TRUE(pending.cancel());
  gate.open.set();
  executor.shutdown();
  EXPECT_FALSE(ran);
}

TEST(ThreadPoolExecutorTest, BreaksWithItsInitializer) {
  ThreadPoolExecutor executor(
      {.max_workers = 2, .initializer = [] { throw std::runtime_error("no license"); }});
  try {
    executor.submit(square, 1).result(20s);
    FAIL();
  } catch (const futures::BrokenThreadPool& error) {
    EXPECT_NE(std::string(error.what()).find("no license"), std::string::npos);
  }
  EXPECT_THROW((void)executor.submit(square, 1), futures::BrokenThreadPool);
}

TEST(ThreadPoolExecutorTest, LimitsHowManyWait) {
  Gate gate;
  ThreadPoolExecutor executor({.max_workers = 1, .max_pending = 2, .refuse_when_full = true});
  auto running = executor.submit([&] { gate.pass(); });
  ASSERT_TRUE(gate.begun.wait(20s));
  (void)executor.submit(square, 1);
  (void)executor.submit(square, 2);
  EXPECT_THROW((void)executor.submit(square, 3), hilo::queue::Full);
  gate.open.set();
}

TEST(ThreadPoolExecutorTest, NeverWaitsForItself) {
  ThreadPoolExecutor executor({.max_workers = 1, .max_pending = 1});
  auto outer = executor.submit([&] {
    std::vector<futures::Future<int>> inner;
    for (int i = 0; i < 5; ++i) inner.push_back(executor.submit(square, i));
    int sum = 0;
    for (auto& future : futures::as_completed(inner)) sum += future.result();
    return sum + executor.submit(square, 3).result();
  });
  EXPECT_EQ(outer.result(20s), 0 + 1 + 4 + 9 + 16 + 9);
}

TEST(ThreadPoolExecutorTest, EndsATaskThatTakesTooLong) {
  ThreadPoolExecutor executor(1);
  threading::Event stopped;
  auto future = executor.submit({.timeout = 10ms}, [&](std::stop_token stop) {
    EXPECT_TRUE(hilo::test::eventually([&] { return stop.stop_requested(); }));
    stopped.set();
    return 1;
  });
  EXPECT_THROW((void)future.result(20s), hilo::TimeoutError);
  EXPECT_TRUE(future.done());
  EXPECT_TRUE(stopped.wait(20s));
  EXPECT_THROW((void)future.result(), hilo::TimeoutError);
  EXPECT_EQ(executor.submit({.timeout = 20s}, square, 2).result(), 4);
}

TEST(ThreadPoolExecutorTest, TakesAnyTimeout) {
  ThreadPoolExecutor executor(1);
  for (const auto none : {0ns, std::chrono::nanoseconds::min()}) {
    auto late = executor.submit({.timeout = none}, [](std::stop_token stop) {
      EXPECT_TRUE(hilo::test::eventually([&] { return stop.stop_requested(); }));
    });
    ASSERT_TRUE(late.wait(20s));
    EXPECT_THROW(late.result(), hilo::TimeoutError);
  }
  const auto longest = std::chrono::nanoseconds::max();
  EXPECT_EQ(executor.submit({.timeout = longest}, square, 2).result(20s), 4);
}

TEST(ThreadPoolExecutorTest, TriesAgain) {
  ThreadPoolExecutor executor(1);
  int calls = 0;
  const auto any = [](const std::exception_ptr&) { return true; };
  auto third = executor.submit(
      {.retries = 2, .retry_if = any},
      [&](std::string text) {
        if (++calls < 3) throw std::runtime_error("not yet");
        return text;
      },
      std::string("done"));
  EXPECT_EQ(third.result(20s), "done");
  calls = 0;
  auto never = executor.submit({.retries = 2, .retry_if = any}, [&]() -> int {
    ++calls;
    throw std::runtime_error("never");
  });
  EXPECT_THROW((void)never.result(20s), std::runtime_error);
  EXPECT_EQ(calls, 3);
  calls = 0;  // an error of the task's own is none to try again for, unless somebody says so
  auto once = executor.submit({.retries = 2}, [&] {
    ++calls;
    throw std::runtime_error("once");
  });
  EXPECT_THROW(once.result(20s), std::runtime_error);
  EXPECT_EQ(calls, 1);
  EXPECT_THROW((void)executor.submit({.retries = -1}, square, 1), hilo::ValueError);
}

TEST(ThreadPoolExecutorMapTest, GivesResultsInOrder) {
  ThreadPoolExecutor executor(2);
  std::vector<int> sums;
  const std::vector<int> a{1, 2, 3};
  for (int sum : executor.map([](int x, int y) { return x + y; }, a, std::views::iota(10))) {
    sums.push_back(sum);
  }
  EXPECT_EQ(sums, (std::vector{11, 13, 15}));
}

TEST(ThreadPoolExecutorMapTest, GoesOnBehindAnError) {
  ThreadPoolExecutor executor(2);
  auto results = executor.map([](int n) { return n == 1 ? throw std::out_of_range("one") : n; },
                              std::views::iota(0, 3));
  EXPECT_EQ(results.next(), 0);
  EXPECT_THROW((void)results.next(), std::out_of_range);
  EXPECT_EQ(results.next(), 2);
  EXPECT_EQ(results.next(), std::nullopt);
}

TEST(ThreadPoolExecutorMapTest, ReadsNoMoreThanItsBuffer) {
  ThreadPoolExecutor executor(2);
  int read = 0;
  auto numbers = std::views::iota(0) | std::views::transform([&](int n) { return ++read, n; });
  {
    auto results = executor.map({.buffersize = 3}, square, numbers);
    EXPECT_EQ(read, 3);
    EXPECT_EQ(results.next(), 0);
    EXPECT_EQ(read, 4);
  }
  EXPECT_THROW((void)executor.map({.buffersize = 0}, square, numbers), hilo::ValueError);
  EXPECT_THROW((void)executor.map({.chunksize = 0}, square, numbers), hilo::ValueError);
}

TEST(ThreadPoolExecutorMapTest, HasOneDeadlineForAll) {
  Gate gate;
  ThreadPoolExecutor executor(1);
  auto results = executor.map(
      {.timeout = 5ms}, [&](int n) { return gate.pass(), n; }, std::views::iota(0, 2));
  EXPECT_THROW((void)results.next(), hilo::TimeoutError);
  gate.open.set();
}

TEST(ThreadPoolExecutorMapTest, CancelsTheRestWhenItIsAbandoned) {
  Gate gate;
  ThreadPoolExecutor executor(1);
  std::atomic<int> ran{0};
  {
    auto results =
        executor.map([&](int n) { return gate.pass(), ++ran, n; }, std::views::iota(0, 50));
    ASSERT_TRUE(gate.begun.wait(20s));
  }
  gate.open.set();
  executor.shutdown();
  EXPECT_EQ(ran, 1);
}

}  // namespace
