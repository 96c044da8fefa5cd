// SPDX-License-Identifier: MIT
// How many threads there are, and what they say of themselves.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/futures.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"
#include "hilo/threading.hpp"

namespace {

using namespace std::chrono_literals;
namespace threading = hilo::threading;
using hilo::futures::ThreadPoolExecutor;
using hilo::multiprocessing::pool::ThreadPool;

int square(int n) { return n * n; }

int count_of(const auto& pool) {
  const auto stats = pool.stats();
  return static_cast<int>(
      std::ranges::count_if(stats, [](const auto& worker) { return worker.pid != 0; }));
}

/// Has `count` tasks run at once.
void occupy(ThreadPool& pool, int count) {
  threading::Barrier all(count);
  std::vector<hilo::futures::Future<void>> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(pool.apply_async([&] { all.wait(30s); }));
  for (auto& task : tasks) task.result(30s);
}

TEST(ThreadCrewSizeTest, GrowsWithItsWork) {
  ThreadPool pool({.processes = 3, .min_workers = 1});
  EXPECT_EQ(count_of(pool), 1);
  occupy(pool, 3);
  EXPECT_EQ(count_of(pool), 3);
}

TEST(ThreadCrewSizeTest, GrowsForATaskThatAnotherWaitsForWithoutSayingSo) {
  for (int i = 0; i < 200; ++i) {
    ThreadPoolExecutor executor(2);
    threading::Event second_ran;
    EXPECT_EQ(executor.submit(square, 2).result(30s), 4);
    auto first = executor.submit([&] { return second_ran.wait(30s); });
    (void)executor.submit([&] { second_ran.set(); });
    ASSERT_TRUE(first.result(30s));
  }
}

TEST(ThreadCrewSizeTest, ShrinksToItsLeastWhenItIsIdle) {
  ThreadPool pool({.processes = 4, .min_workers = 1, .idle_time = 1ms});
  for (int i = 0; i < 3; ++i) {
    occupy(pool, 4);
    EXPECT_TRUE(hilo::test::eventually([&] { return count_of(pool) == 1; }));
  }
}

TEST(ThreadCrewSizeTest, LosesNoTaskWhileItShrinks) {
  for (const auto idle_time : {std::chrono::nanoseconds::min(), 0ns, 20'000ns}) {
    ThreadPoolExecutor executor({.max_workers = 2, .idle_time = idle_time});
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(executor.submit(square, i).result(30s), i * i);
    EXPECT_TRUE(hilo::test::eventually([&] { return count_of(executor) == 0; }));
  }
}

TEST(ThreadCrewSizeTest, IsWarmOnceItsInitializersAreThrough) {
  std::atomic<int> prepared{0};
  const auto prepare = [&] { ++prepared; };
  ThreadPoolExecutor executor({.max_workers = 3, .initializer = prepare});
  EXPECT_EQ(prepared, 0);
  executor.ensure_started();
  EXPECT_EQ(prepared, 3);
  ThreadPoolExecutor small({.max_workers = 3,
                            .initializer = prepare,
                            .min_workers = 2,
                            .idle_time = std::chrono::nanoseconds::max()});
  EXPECT_TRUE(small.ensure_started(30s));
  EXPECT_EQ(prepared, 5);
  small.shutdown();
  EXPECT_THROW(small.ensure_started(), hilo::RuntimeError);
}

TEST(ThreadCrewSizeTest, DoesNotWaitForWarmthForEver) {
  threading::Event open;
  ThreadPool pool({.processes = 1, .initializer = [&] { open.wait(30s); }});
  EXPECT_FALSE(pool.ensure_started(0s));
  EXPECT_FALSE(pool.ensure_started(-1s));
  EXPECT_FALSE(pool.ensure_started(1ms));
  EXPECT_THROW((void)pool.ensure_started(std::chrono::duration<double>(std::nan(""))),
               hilo::ValueError);
  open.set();
  EXPECT_TRUE(pool.ensure_started(30s));
}

TEST(ThreadCrewSizeTest, SaysWhyItDoesNotGetWarm) {
  ThreadPool pool({.processes = 2, .initializer = [] { throw std::runtime_error("no license"); }});
  try {
    pool.ensure_started();
    FAIL();
  } catch (const hilo::BrokenThreadPool& error) {
    EXPECT_NE(std::string(error.what()).find("no license"), std::string::npos);
  }
}

TEST(ThreadCrewSizeTest, IsBetweenNoneAndItsMost) {
  EXPECT_THROW(ThreadPool({.processes = 2, .min_workers = 3}), hilo::ValueError);
  EXPECT_THROW(ThreadPool({.processes = 2, .min_workers = -1}), hilo::ValueError);
  EXPECT_THROW(ThreadPoolExecutor(0), hilo::ValueError);
  EXPECT_THROW(ThreadPoolExecutor({.max_workers = 2, .max_pending = -1}), hilo::ValueError);
  ThreadPool none({.processes = 2, .min_workers = 0});
  EXPECT_EQ(count_of(none), 0);
  EXPECT_EQ(none.apply(square, 3), 9);
  ThreadPoolExecutor many(1'000'000);  // as many as there is work for
  EXPECT_EQ(many.submit(square, 3).result(30s), 9);
  EXPECT_EQ(count_of(many), 1);
}

TEST(ThreadCrewStatsTest, TellsWhatItsWorkersAreAt) {
  ThreadPool pool(1);
  threading::Event begun;
  threading::Event open;
  EXPECT_EQ(pool.apply(square, 2), 4);
  EXPECT_THROW((void)pool.apply([]() -> int { throw std::runtime_error("no"); }),
               std::runtime_error);
  EXPECT_EQ(pool.map(square, std::views::iota(0, 10)).size(), 10U);
  const auto before = std::chrono::steady_clock::now();
  struct Hold {
    threading::Event& begun;
    threading::Event& open;
    void operator()() const {
      begun.set();
      open.wait(30s);
    }
  };
  auto running = pool.apply_async(Hold{begun, open});
  ASSERT_TRUE(begun.wait(30s));
  const auto stats = pool.stats();
  open.set();
  running.result(30s);
  ASSERT_EQ(stats.size(), 1U);
  EXPECT_EQ(stats[0].name, "ThreadPool_0");
  EXPECT_EQ(stats[0].pid, ::getpid());
  EXPECT_EQ(stats[0].task, "Hold");
  EXPECT_EQ(stats[0].done, 2U);
  EXPECT_EQ(stats[0].failed, 1U);
  ASSERT_TRUE(stats[0].since);
  EXPECT_GE(*stats[0].since, before);
  EXPECT_TRUE(hilo::test::eventually([&] { return !pool.stats()[0].since; }));
  EXPECT_EQ(pool.stats()[0].task, "");
  EXPECT_EQ(pool.stats()[0].done, 3U);
}

TEST(ThreadCrewStatsTest, CountsATaskThatAnotherDoesWhileItWaits) {
  ThreadPoolExecutor executor(1);
  auto outer = executor.submit([&] {
    const int inner = executor.submit(square, 3).result();
    return std::pair(inner, executor.stats()[0].done);
  });
  EXPECT_EQ(outer.result(30s), std::pair(9, std::uint64_t{1}));
  EXPECT_TRUE(hilo::test::eventually([&] { return executor.stats()[0].done == 2; }));
}

}  // namespace
