// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <list>
#include <numeric>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/multiprocessing/pool/worker_local.hpp"
#include "hilo/threading.hpp"

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;

int square(int n) { return n * n; }
int add(int a, int b) { return a + b; }
int process_id(int) { return ::getpid(); }
std::string shout(const char* text) { return std::string(text) + "!"; }
std::size_t length(const std::string& text) { return text.size(); }
std::string repeat(char letter, std::size_t count) { return std::string(count, letter); }
void add_to(mp::Value<int> sum, int n) { sum.value() += n; }
bool passes(mp::Event begun, mp::Event open) {
  begun.set();
  return open.wait(20s);
}
bool is_odd(int n) { return n % 2 == 1; }

int g_offset = 0;
void set_offset(int offset) { g_offset = offset; }
int with_offset(int n) { return n + g_offset; }

class PoolTest : public ::testing::TestWithParam<mp::StartMethod> {
 protected:
  [[nodiscard]] static mp::pool::PoolOptions with(int processes) {
    return {.processes = processes, .context = GetParam()};
  }
};
HILO_TEST_BY_EVERY_METHOD(PoolTest);

TEST_P(PoolTest, AppliesAFunction) {
  mp::Pool pool(with(2));
  EXPECT_EQ(pool.apply(square, 5), 25);
  EXPECT_EQ(pool.apply(add, 5, 6), 11);
  EXPECT_EQ(pool.apply([](int n) { return n + 1; }, 6), 7);
  EXPECT_EQ(pool.apply(shout, "hello"), "hello!");
  EXPECT_NE(pool.apply(process_id, 0), ::getpid());
  auto result = pool.apply_async(square, 3);
  EXPECT_EQ(result.get(20s), 9);
  EXPECT_TRUE(result.successful());
}

TEST_P(PoolTest, RunsAnInitializerInEachWorker) {
  mp::Pool pool({.processes = 2, .initializer = {set_offset, 100}, .context = GetParam()});
  for (int n : pool.map(with_offset, std::vector(20, 1), 1)) EXPECT_EQ(n, 101);
}

TEST_P(PoolTest, ReplacesAWorkerAfterItsTasks) {
  mp::Pool pool({.processes = 1, .maxtasksperchild = 2, .context = GetParam()});
  const std::vector<int> ids = pool.map(process_id, std::views::iota(0, 6), 1);
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 3U);
  EXPECT_EQ(ids[0], ids[1]);
}

TEST_P(PoolTest, PassesLargeThingsAndHandles) {
  mp::Pool pool(with(2));
  EXPECT_EQ(pool.apply(length, std::string(3'000'000, 'x')), 3'000'000U);
  EXPECT_EQ(pool.apply(repeat, 'y', std::size_t{3'000'000}), std::string(3'000'000, 'y'));
  mp::Value<int> sum(0);
  for (int n = 0; n < 50; ++n) (void)pool.apply_async(add_to, sum, n);
  pool.close();
  pool.join();
  EXPECT_EQ(static_cast<int>(sum.value()), 49 * 50 / 2);
}

void begin_to_count(int first) { mp::pool::make_worker_local<std::vector<int>>(1, first); }
int count() { return ++mp::pool::worker_local<std::vector<int>>()[0]; }

TEST_P(PoolTest, HasObjectsOfEachWorkersOwn) {
  mp::Pool pool({.processes = 1, .initializer = {begin_to_count, 5}, .context = GetParam()});
  EXPECT_EQ(pool.apply(count), 6);
  EXPECT_EQ(pool.apply(count), 7);
}

TEST(PoolMapTest, KeepsTheOrder) {
  mp::Pool pool(2);
  std::vector<int> numbers(100'000);
  std::iota(numbers.begin(), numbers.end(), 0);
  std::vector<int> squares;
  for (int n : std::views::iota(0, 100'000))
    squares.push_back(static_cast<int>(unsigned(n) * unsigned(n)));
  const auto multiply = [](int n) { return static_cast<int>(unsigned(n) * unsigned(n)); };
  EXPECT_EQ(pool.map(multiply, numbers), squares);
  EXPECT_EQ(pool.map(multiply, std::views::iota(0, 100'000), 999), squares);
  EXPECT_EQ(pool.map_async(multiply, numbers).get(20s), squares);
  EXPECT_TRUE(pool.map(square, std::vector<int>()).empty());
}

TEST(PoolMapTest, TakesRangesOfAnyKind) {
  mp::Pool pool(2);
  const std::list<int> list{1, 2, 3};
  EXPECT_EQ(pool.map(square, list), (std::vector{1, 4, 9}));
  std::istringstream text("4 5 6");
  EXPECT_EQ(pool.map(square, std::views::istream<int>(text)), (std::vector{16, 25, 36}));
  EXPECT_EQ(pool.map(is_odd, list), (std::vector{true, false, true}));
  EXPECT_EQ(pool.map(length, std::vector<std::string>{"a", "bc"}),
            (std::vector<std::size_t>{1, 2}));
  pool.map([](int) {}, list);
}

TEST(PoolMapTest, TakesAChunkLargerThanEverything) {
  mp::Pool pool(2);
  auto squares = pool.map_async(square, std::vector<int>{1, 2, 3}, SIZE_MAX);
  EXPECT_EQ(squares.get(20s), (std::vector<int>{1, 4, 9}));
}

TEST(PoolMapTest, SpreadsTuples) {
  mp::Pool pool(2);
  const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
  EXPECT_EQ(pool.starmap(add, pairs), (std::vector{3, 7}));
  EXPECT_EQ(pool.starmap_async(add, pairs).get(20s), (std::vector{3, 7}));
}

TEST(PoolMapTest, ThrowsTheFirstErrorWhenAllIsDone) {
  mp::Pool pool(2);
  mp::Value<int> calls(0);
  const auto count = [](std::pair<mp::Value<int>, int> job) {
    job.first.value() += 1;
    if (job.second == 3) throw std::out_of_range("three");
  };
  std::vector<std::pair<mp::Value<int>, int>> jobs;
  for (int i = 0; i < 10; ++i) jobs.emplace_back(calls, i);
  EXPECT_THROW(pool.map(count, jobs, 1), std::out_of_range);
  EXPECT_EQ(static_cast<int>(calls.value()), 10);
}

TEST(PoolImapTest, GivesResultsInOrderAndAsTheyCome) {
  mp::Pool pool(2);
  std::vector<int> ordered;
  for (int n : pool.imap(square, std::views::iota(0, 100), {.chunksize = 3})) ordered.push_back(n);
  EXPECT_EQ(ordered, pool.map(square, std::views::iota(0, 100)));
  std::vector<int> all;
  for (int n : pool.imap_unordered(square, std::views::iota(0, 100))) all.push_back(n);
  std::ranges::sort(all);
  EXPECT_EQ(all, ordered);
}

TEST(PoolImapTest, ReadsItsInputAsItIsNeeded) {
  mp::Pool pool(2);
  int read = 0;
  auto numbers = std::views::iota(0) | std::views::transform([&](int n) { return ++read, n; });
  auto results = pool.imap(square, numbers, {.buffersize = 5});
  EXPECT_EQ(read, 5);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(results.next(20s), i * i);
  EXPECT_LE(read, 15);
}

TEST(PoolLaneTest, GivesWhatStandsBehindALongTaskToWhoIsIdle) {
  mp::Pool pool(2);
  mp::Event begun;
  mp::Event open;
  auto all_begun = pool.apply_async(passes, begun, open);
  ASSERT_TRUE(begun.wait(20s));
  // More than the other worker's lane holds: some come to stand behind the long one.
  std::vector<mp::pool::AsyncResult<int>> rest;
  for (int i = 0; i < 100; ++i) rest.push_back(pool.apply_async(square, i));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rest[static_cast<std::size_t>(i)].get(20s), i * i);
  EXPECT_FALSE(all_begun.ready());
  open.set();
  EXPECT_TRUE(all_begun.get(20s));
}

TEST(PoolLaneTest, GivesItToOneThatSomebodyWaitedForDirectly) {
  mp::Pool pool(2);
  // The keeper has seen to it, and sleeps from here on.
  for (int n = 0; n < 100; ++n) EXPECT_EQ(pool.apply_async(square, n).get(20s), n * n);
  mp::Event begun;
  mp::Event open;
  auto all_along = pool.apply_async(passes, begun, open);
  ASSERT_TRUE(begun.wait(20s));
  mp::Event applied;
  mp::Event leave;
  hilo::threading::Thread other([&] { (void)pool.apply(passes, applied, leave); });
  other.start();
  ASSERT_TRUE(applied.wait(20s));
  auto behind = pool.apply_async(square, 7);
  leave.set();
  EXPECT_EQ(behind.get(10s), 49);
  EXPECT_FALSE(all_along.ready());
  open.set();
  other.join();
}

TEST(PoolLaneTest, GivesItToWhoTakesAWorkersPlace) {
  mp::Pool pool(2);
  mp::Event begun;
  mp::Event open;
  auto all_along = pool.apply_async(passes, begun, open);
  ASSERT_TRUE(begun.wait(20s));
  mp::Event other;
  auto running = pool.apply_async(passes, other, open);
  ASSERT_TRUE(other.wait(20s));
  EXPECT_TRUE(running.cancel());
  EXPECT_EQ(pool.apply_async(square, 7).get(10s), 49);
  EXPECT_FALSE(all_along.ready());
  open.set();
}

TEST(PoolLaneTest, TellsWhatItsWorkersAreAt) {
  mp::Pool pool(1);
  EXPECT_EQ(pool.apply(square, 2), 4);
  EXPECT_THROW((void)pool.apply([](int) -> int { throw std::runtime_error("no"); }, 1),
               std::runtime_error);
  mp::Event begun;
  mp::Event open;
  const auto before = std::chrono::steady_clock::now();
  auto running = pool.apply_async(passes, begun, open);
  auto pending = pool.apply_async(square, 3);
  ASSERT_TRUE(begun.wait(20s));
  const auto stats = pool.stats();
  open.set();
  ASSERT_EQ(stats.size(), 1U);
  EXPECT_TRUE(stats[0].name.starts_with("PoolWorker-"));
  EXPECT_EQ(stats[0].pid, pool.apply(process_id, 0));
  EXPECT_EQ(stats[0].done, 1U);
  EXPECT_EQ(stats[0].failed, 1U);
  EXPECT_EQ(stats[0].pending, 1U);
  ASSERT_TRUE(stats[0].since);
  EXPECT_GE(*stats[0].since, before);
}

TEST(PoolLaneTest, DoesManyTasksOfManyThreads) {
  mp::Pool pool(3);
  hilo::test::in_threads(4, [&](int number) {
    std::vector<mp::pool::AsyncResult<int>> all;
    for (int i = 0; i < 500; ++i) {
      if (i % 3 == 0) {
        ASSERT_EQ(pool.apply(add, number, i), number + i);
      } else {
        all.push_back(pool.apply_async(add, number, i));
      }
    }
    for (auto& result : all) (void)result.get(20s);
  });
}

TEST(PoolEndTest, IsJoinedAfterCloseOnly) {
  mp::Pool pool(1);
  EXPECT_THROW(pool.join(), hilo::ValueError);
  auto last = pool.apply_async(square, 6);
  pool.close();
  EXPECT_THROW((void)pool.apply(square, 1), hilo::RuntimeError);
  pool.join();
  EXPECT_EQ(last.get(0s), 36);
}

TEST(PoolEndTest, TerminatesAtItsEnd) {
  mp::Event begun;
  hilo::futures::Future<bool> running;
  hilo::futures::Future<int> pending;
  {
    mp::Pool pool(1);
    running = pool.apply_async(passes, begun, mp::Event());
    ASSERT_TRUE(begun.wait(20s));
    pending = pool.apply_async(square, 1);
  }
  EXPECT_TRUE(running.cancelled());
  EXPECT_TRUE(pending.cancelled());
}

TEST(PoolEndTest, LeavesNothingBehind) {
  { mp::Pool pool(1); }  // the family's own
  const auto descriptors = hilo::test::open_descriptors();
  for (int i = 0; i < 3; ++i) {
    mp::Pool pool(2);
    EXPECT_EQ(pool.apply(square, i), i * i);
  }
  EXPECT_EQ(hilo::test::open_descriptors(), descriptors);
  EXPECT_TRUE(mp::active_children().empty());
}

TEST(PoolEndTest, IsInertInAForkedChild) {
  mp::Pool pool(1);
  mp::Process child = mp::get_context(mp::StartMethod::fork).Process([&] {
    try {
      (void)pool.apply(square, 1);
    } catch (const hilo::RuntimeError&) {
      throw hilo::SystemExit(7);
    }
  });
  child.start();
  ASSERT_TRUE(child.join(20s));
  EXPECT_EQ(child.exitcode(), 7);
  EXPECT_EQ(pool.apply(square, 2), 4);
}

TEST(PoolEndTest, WantsAWorker) {
  EXPECT_THROW(mp::Pool pool(0), hilo::ValueError);
  EXPECT_THROW(mp::Pool pool({.processes = 1, .maxtasksperchild = 0}), hilo::ValueError);
}

}  // namespace
