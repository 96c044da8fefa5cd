// SPDX-License-Identifier: MIT
// How many worker processes there are, and how much memory each may use.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/pool/worker_local.hpp"

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;

int square(int n) { return n * n; }
int worker_id() { return ::getpid(); }

int count_of(const auto& pool) {
  const auto stats = pool.stats();
  return static_cast<int>(
      std::ranges::count_if(stats, [](const auto& worker) { return worker.pid != 0; }));
}

bool meet(mp::Barrier all) {
  all.wait(30s);
  return true;
}
/// Has `count` tasks run at once.
void occupy(mp::Pool& pool, int count) {
  mp::Barrier all(count);
  std::vector<hilo::futures::Future<bool>> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(pool.apply_async(meet, all));
  for (auto& task : tasks) EXPECT_TRUE(task.result(30s));
}

class PoolSizeByMethodTest : public ::testing::TestWithParam<mp::StartMethod> {};
HILO_TEST_BY_EVERY_METHOD(PoolSizeByMethodTest);

TEST_P(PoolSizeByMethodTest, GrowsWithItsWork) {
  mp::Pool pool({.processes = 3, .context = GetParam(), .min_workers = 0});
  EXPECT_EQ(count_of(pool), 0);
  EXPECT_EQ(pool.apply(square, 3), 9);
  EXPECT_EQ(count_of(pool), 1);
  occupy(pool, 3);
  EXPECT_EQ(count_of(pool), 3);
}

TEST(PoolSizeTest, ShrinksToItsLeastWhenItIsIdle) {
  mp::Pool pool({.processes = 3, .min_workers = 1, .idle_time = 1ms});
  for (int i = 0; i < 3; ++i) {
    occupy(pool, 3);
    EXPECT_TRUE(hilo::test::eventually([&] { return count_of(pool) == 1; }));
  }
}

TEST(PoolSizeTest, LosesNoTaskWhileItShrinks) {
  for (const auto idle_time : {std::chrono::nanoseconds::min(), 0ns}) {
    hilo::futures::ProcessPoolExecutor executor({.max_workers = 2, .idle_time = idle_time});
    for (int i = 0; i < 50; ++i) ASSERT_EQ(executor.submit(square, i).result(30s), i * i);
    EXPECT_TRUE(hilo::test::eventually([&] { return count_of(executor) == 0; }));
  }
}

TEST(PoolSizeTest, ClosesWithTasksThatNoWorkerIsThereFor) {
  mp::Pool pool({.processes = 2, .min_workers = 0});
  auto last = pool.apply_async(square, 6);
  pool.close();
  pool.join();
  EXPECT_EQ(last.get(0s), 36);
}

TEST(PoolSizeTest, ReplacesTheDeadOfThoseItNeeds) {
  mp::Pool pool({.processes = 2, .min_workers = 1, .idle_time = 1h});
  const int pid = pool.apply(worker_id);
  const hilo::test::ProcessWatch watch(pid);
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  ASSERT_TRUE(watch.ends_within(30s));
  EXPECT_TRUE(hilo::test::eventually([&] {
    const int now = pool.stats()[0].pid;
    return now != 0 && now != pid;
  }));
  EXPECT_EQ(count_of(pool), 1);
}

void count_up(mp::Value<int> count) { count.value() += 1; }

TEST_P(PoolSizeByMethodTest, IsWarmOnceItsInitializersAreThrough) {
  mp::Value<int> prepared(0);
  mp::Pool pool({.processes = 3,
                 .initializer = {count_up, prepared},
                 .context = GetParam(),
                 .min_workers = 0});
  pool.ensure_started();
  EXPECT_EQ(static_cast<int>(prepared.value()), 3);
  EXPECT_EQ(count_of(pool), 3);
}

TEST(PoolSizeTest, IsWarmWithItsLeastWhereItShrinks) {
  mp::Pool pool({.processes = 3, .min_workers = 2, .idle_time = std::chrono::nanoseconds::max()});
  EXPECT_TRUE(pool.ensure_started(30s));
  EXPECT_EQ(count_of(pool), 2);
  pool.close();
  EXPECT_THROW(pool.ensure_started(), hilo::RuntimeError);
}

void wait_for(mp::Event event) { event.wait(30s); }

TEST(PoolSizeTest, DoesNotWaitForWarmthForEver) {
  mp::Event open;
  mp::Pool pool({.processes = 2, .initializer = {wait_for, open}});
  EXPECT_FALSE(pool.ensure_started(0s));
  EXPECT_FALSE(pool.ensure_started(-1s));
  EXPECT_FALSE(pool.ensure_started(10ms));
  EXPECT_THROW((void)pool.ensure_started(std::chrono::duration<double>(std::nan(""))),
               hilo::ValueError);
  open.set();
  EXPECT_TRUE(pool.ensure_started(30s));
}

void fail_to_begin() { throw std::runtime_error("no license"); }
void die_at_begin() { ::raise(SIGKILL); }

TEST(PoolSizeTest, SaysWhyItDoesNotGetWarm) {
  ::testing::internal::CaptureStderr();
  mp::Pool pool({.processes = 2, .initializer = fail_to_begin});
  try {
    pool.ensure_started();
    FAIL();
  } catch (const hilo::BrokenProcessPool& error) {
    EXPECT_NE(std::string(error.what()).find("no license"), std::string::npos);
  }
  (void)::testing::internal::GetCapturedStderr();
  mp::Pool dying({.processes = 1, .initializer = die_at_begin});
  EXPECT_THROW(dying.ensure_started(), hilo::BrokenProcessPool);
}

TEST(PoolSizeTest, IsBetweenNoneAndItsMost) {
  EXPECT_THROW(mp::Pool({.processes = 2, .min_workers = 3}), hilo::ValueError);
  EXPECT_THROW(mp::Pool({.processes = 2, .min_workers = -1}), hilo::ValueError);
  EXPECT_THROW(mp::Pool(-1), hilo::ValueError);
  EXPECT_THROW(mp::Pool(1'000'000), hilo::ValueError);
  EXPECT_THROW(mp::Pool({.processes = 1, .memory_limit = 0}), hilo::ValueError);
  EXPECT_THROW(hilo::futures::ProcessPoolExecutor(1'000'000), hilo::ValueError);
}

// A sanitizer's own memory is no task's.
constexpr std::uint64_t k_limit = std::uint64_t{256} << 20;
constexpr std::size_t k_much = std::size_t{320} << 20;

std::vector<char>& hoard(std::size_t size) {
  auto& all = mp::pool::worker_local<std::vector<char>>();
  all.assign(size, 'x');
  return all;
}
int hoard_and_wait(mp::Event begun) {
  hoard(k_much);
  begun.set();
  for (;;) ::pause();
}
int hoard_and_return() {
  hoard(k_much);
  return ::getpid();
}
/// Returns: how much the worker held before.
std::size_t hoard_more() {
  auto& all = mp::pool::worker_local<std::vector<std::vector<char>>>();
  all.emplace_back(k_limit / 8, 'x');
  return (all.size() - 1) * (k_limit / 8);
}

TEST(PoolMemoryTest, EndsATaskThatUsesTooMuch) {
  mp::Pool pool({.processes = 1, .memory_limit = k_limit});
  mp::Event begun;
  auto greedy = pool.apply_async(hoard_and_wait, begun);
  auto innocent = pool.apply_async(square, 3);
  try {
    (void)greedy.get(30s);
    FAIL();
  } catch (const hilo::WorkerLostError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find(" MiB, its limit is 256 MiB"), std::string::npos) << text;
  }
  EXPECT_EQ(innocent.get(30s), 9);
}

TEST(PoolMemoryTest, ReplacesAWorkerThatKeepsTooMuchBetweenTasks) {
  hilo::futures::ProcessPoolExecutor executor(
      {.max_workers = 1, .strict = true, .memory_limit = k_limit});
  int fresh = 0;
  for (int i = 0; i < 20; ++i) {
    // The first task above the limit may be seen while it runs.
    const std::size_t held = executor.submit({.retries = 100}, hoard_more).result(30s);
    EXPECT_LT(held, k_limit);
    if (held == 0) ++fresh;
  }
  EXPECT_GE(fresh, 2);
}

TEST(PoolMemoryTest, BreaksThePoolWhereAWorkerIsTooLargeFromTheStart) {
  ::testing::internal::CaptureStderr();
  mp::Pool pool({.processes = 1, .memory_limit = 1000});
  try {
    pool.ensure_started();
    FAIL();
  } catch (const hilo::BrokenProcessPool& error) {
    EXPECT_NE(std::string(error.what()).find("its limit is 1000 bytes"), std::string::npos);
  }
  (void)::testing::internal::GetCapturedStderr();
}

TEST(PoolMemoryTest, IsTold) {
  mp::Pool pool(1);
  pool.ensure_started();
  const std::uint64_t before = pool.stats()[0].memory;
  EXPECT_GT(before, 0U);
  (void)pool.apply(hoard_and_return);
  EXPECT_GE(pool.stats()[0].memory, before + k_much / 2);
}

}  // namespace
