// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <numeric>
#include <ranges>
#include <set>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/multiprocessing/pool/worker_local.hpp"
#include "hilo/threading.hpp"

namespace {

using namespace std::chrono_literals;
namespace threading = hilo::threading;
using hilo::multiprocessing::pool::ThreadPool;

int square(int n) { return n * n; }
int add(int a, int b) { return a + b; }

TEST(ThreadPoolTest, AppliesAFunction) {
  ThreadPool pool(2);
  EXPECT_EQ(pool.apply(square, 5), 25);
  EXPECT_EQ(*pool.apply([] { return std::make_unique<int>(6); }), 6);
  auto result = pool.apply_async(square, 3);
  EXPECT_EQ(result.get(20s), 9);
  EXPECT_TRUE(result.ready());
  EXPECT_TRUE(result.successful());
}

TEST(ThreadPoolTest, KnowsNoSuccessBeforeTheEnd) {
  ThreadPool pool(1);
  threading::Event open;
  auto result = pool.apply_async([&] { return open.wait(20s); });
  EXPECT_FALSE(result.ready());
  EXPECT_THROW((void)result.successful(), hilo::ValueError);
  EXPECT_FALSE(result.wait(1ms));
  EXPECT_THROW((void)result.get(1ms), hilo::TimeoutError);
  open.set();
  EXPECT_TRUE(result.get());
}

TEST(ThreadPoolTest, CallsBack) {
  std::atomic<int> value{0};
  std::atomic<int> errors{0};
  ThreadPool pool(1);
  pool.apply_async({.callback = [&](const int& n) { value = n; }}, square, 4).wait();
  pool.apply_async(
          {.callback = [&](const int&) { value = -1; },
           .error_callback = [&](const std::exception_ptr&) { ++errors; }},
          [](int) -> int { throw std::runtime_error("no"); }, 4)
      .wait();
  pool.close();
  pool.join();
  EXPECT_EQ(value, 16);
  EXPECT_EQ(errors, 1);
}

TEST(ThreadPoolTest, TerminatesFromItsOwnCallback) {
  threading::Event terminated;
  ThreadPool pool(1);
  const auto terminate = [&](const std::exception_ptr&) {
    pool.terminate();
    terminated.set();
  };
  auto result = pool.apply_async({.error_callback = terminate},
                                 []() -> int { throw std::runtime_error("no"); });
  EXPECT_THROW((void)result.get(20s), std::runtime_error);
  ASSERT_TRUE(terminated.wait(20s));
  pool.join();
}

TEST(ThreadPoolMapTest, KeepsTheOrder) {
  ThreadPool pool(3);
  std::vector<int> squares(1000);
  for (int i = 0; i < 1000; ++i) squares[static_cast<std::size_t>(i)] = i * i;
  EXPECT_EQ(pool.map(square, std::views::iota(0, 1000)), squares);
  EXPECT_EQ(pool.map(square, std::views::iota(0, 1000), 7), squares);
  EXPECT_EQ(pool.map_async(square, std::views::iota(0, 1000)).get(20s), squares);
  EXPECT_TRUE(pool.map(square, std::vector<int>()).empty());
}

TEST(ThreadPoolMapTest, TakesRangesOfAnyKind) {
  ThreadPool pool(2);
  const std::list<int> list{1, 2, 3};
  EXPECT_EQ(pool.map(square, list), (std::vector{1, 4, 9}));
  std::istringstream text("4 5 6");
  EXPECT_EQ(pool.map(square, std::views::istream<int>(text)), (std::vector{16, 25, 36}));
  std::vector<bool> odd = pool.map([](int n) { return n % 2 == 1; }, list);
  EXPECT_EQ(odd, (std::vector{true, false, true}));
  std::vector<std::string> texts = pool.map([](int n) { return std::to_string(n); }, list);
  EXPECT_EQ(texts, (std::vector<std::string>{"1", "2", "3"}));
}

TEST(ThreadPoolMapTest, ReachesTheCallersObjects) {
  ThreadPool pool(2);
  std::vector<int> numbers{1, 2, 3};
  pool.map([](int& n) { n = -n; }, numbers);
  EXPECT_EQ(numbers, (std::vector{-1, -2, -3}));
}

TEST(ThreadPoolMapTest, ThrowsTheFirstErrorWhenAllIsDone) {
  ThreadPool pool(2);
  std::atomic<int> calls{0};
  EXPECT_THROW(pool.map(
                   [&](int n) {
                     ++calls;
                     if (n == 3) throw std::out_of_range("three");
                   },
                   std::views::iota(0, 10), 1),
               std::out_of_range);
  EXPECT_EQ(calls, 10);
}

TEST(ThreadPoolMapTest, OwnsItsInputWhenNobodyWaits) {
  ThreadPool pool(1);
  threading::Event open;
  (void)pool.apply_async([&] { return open.wait(20s); });
  std::vector<int> input{1, 2, 3};
  auto result = pool.map_async(square, input);
  input = {7, 7, 7};
  open.set();
  EXPECT_EQ(result.get(20s), (std::vector{1, 4, 9}));
}

TEST(ThreadPoolMapTest, TakesAChunkLargerThanEverything) {
  ThreadPool pool(2);
  auto squares = pool.map_async(square, std::vector<int>{1, 2, 3}, SIZE_MAX);
  EXPECT_EQ(squares.get(20s), (std::vector<int>{1, 4, 9}));
}

TEST(ThreadPoolMapTest, SpreadsTuples) {
  ThreadPool pool(2);
  const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
  EXPECT_EQ(pool.starmap(add, pairs), (std::vector{3, 7}));
  EXPECT_EQ(pool.starmap_async(add, pairs).get(20s), (std::vector{3, 7}));
}

TEST(ThreadPoolMapTest, CallsBackWithAllResults) {
  int sum = 0;
  ThreadPool pool(2);
  auto result = pool.map_async(
      {.callback = [&](const std::vector<int>& all) { sum = std::reduce(all.begin(), all.end()); }},
      square, std::vector{1, 2, 3});
  result.wait();
  pool.close();
  pool.join();
  EXPECT_EQ(sum, 14);
}

TEST(ThreadPoolMapTest, WorksInsideATaskOfTheSamePool) {
  ThreadPool pool(1);
  EXPECT_EQ(pool.apply([&] { return pool.map(square, std::views::iota(0, 4)); }),
            (std::vector{0, 1, 4, 9}));
  const int sum = pool.apply([&] {
    int all = 0;
    for (int n : pool.imap_unordered(square, std::views::iota(0, 4))) all += n;
    return all;
  });
  EXPECT_EQ(sum, 14);
}

TEST(ThreadPoolImapTest, GivesResultsInOrder) {
  ThreadPool pool(2);
  std::vector<int> got;
  for (int n : pool.imap(square, std::views::iota(0, 100), {.chunksize = 3})) got.push_back(n);
  EXPECT_EQ(got, pool.map(square, std::views::iota(0, 100)));
}

TEST(ThreadPoolImapTest, GivesResultsAsTheyCome) {
  ThreadPool pool(2);
  threading::Event open;
  auto results = pool.imap_unordered(
      [&](int n) {
        EXPECT_TRUE(n != 0 || open.wait(20s));
        return n;
      },
      std::views::iota(0, 3));
  std::multiset<int> got{*results.next(20s), *results.next(20s)};
  EXPECT_EQ(got, (std::multiset{1, 2}));
  EXPECT_THROW((void)results.next(1ms), hilo::TimeoutError);
  open.set();
  EXPECT_EQ(results.next(20s), 0);
  EXPECT_EQ(results.next(20s), std::nullopt);
}

TEST(ThreadPoolImapTest, ReadsItsInputAsItIsNeeded) {
  ThreadPool pool(2);
  int read = 0;
  auto numbers = std::views::iota(0) | std::views::transform([&](int n) { return ++read, n; });
  auto results = pool.imap(square, numbers, {.buffersize = 5});
  EXPECT_EQ(read, 5);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(results.next(20s), i * i);
  EXPECT_LE(read, 15);
  std::istringstream lines("1 2 3");
  int sum = 0;
  for (int n : pool.imap(square, std::views::istream<int>(lines))) sum += n;
  EXPECT_EQ(sum, 14);
}

TEST(ThreadPoolTest, TerminatesAtItsEnd) {
  threading::Event begun;
  std::atomic<bool> stopped{false};
  hilo::futures::Future<int> pending;
  {
    ThreadPool pool(1);
    (void)pool.apply_async([&](std::stop_token stop) {
      begun.set();
      stopped = hilo::test::eventually([&] { return stop.stop_requested(); });
    });
    ASSERT_TRUE(begun.wait(20s));
    pending = pool.apply_async(square, 1);
  }
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(pending.cancelled());
}

TEST(ThreadPoolTest, IsJoinedAfterCloseOnly) {
  ThreadPool pool(1);
  EXPECT_THROW(pool.join(), hilo::ValueError);
  auto last = pool.apply_async(square, 6);
  pool.close();
  EXPECT_THROW((void)pool.apply(square, 1), hilo::RuntimeError);
  pool.join();
  EXPECT_EQ(last.get(0s), 36);
}

struct Tally {
  explicit Tally(int first) : count(first) {}
  int count;
};

TEST(ThreadPoolTest, HasObjectsOfEachWorkersOwn) {
  namespace pool_of = hilo::multiprocessing::pool;
  ThreadPool pool({.processes = 2, .initializer = [] { pool_of::make_worker_local<Tally>(100); }});
  threading::Barrier both(2);
  const auto next = [&](int) {
    both.wait();  // so that each has its turn
    return ++pool_of::worker_local<Tally>().count;
  };
  EXPECT_EQ(pool.map(next, std::views::iota(0, 2), 1), (std::vector{101, 101}));
  EXPECT_EQ(pool.map(next, std::views::iota(0, 2), 1), (std::vector{102, 102}));
  EXPECT_EQ(pool.apply([] { return ++pool_of::worker_local<int>(); }), 1);
  EXPECT_THROW((void)pool_of::worker_local<Tally>(), hilo::RuntimeError);
}

TEST(ThreadPoolTest, WantsAWorker) {
  EXPECT_THROW(ThreadPool pool(0), hilo::ValueError);
  EXPECT_THROW(ThreadPool pool(-1), hilo::ValueError);
}

TEST(ThreadPoolTest, AClosedPoolStillGivesWhatWasUnderWay) {
  ThreadPool pool(2);
  auto results = pool.imap(square, std::views::iota(0, 100), {.buffersize = 4});
  pool.close();
  for (int n = 0; n < 4; ++n) EXPECT_EQ(results.next(), square(n));
  EXPECT_THROW((void)results.next(), hilo::RuntimeError);
  EXPECT_THROW((void)pool.imap(square, std::views::iota(0, 100)), hilo::RuntimeError);
}

}  // namespace
