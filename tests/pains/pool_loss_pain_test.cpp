// SPDX-License-Identifier: MIT
// Tasks that take their worker with them, or cannot come home.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/futures/wait.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/remote_origin.hpp"

namespace mp = hilo::multiprocessing;
namespace futures = hilo::futures;

namespace {

using hilo::test::k_soon;

int square(int n) { return n * n; }
int worker_id() { return ::getpid(); }
int die_at(int n, int fatal) {
  if (n == fatal) ::raise(SIGKILL);
  return n;
}

class PoolLossPainTest : public testing::TestWithParam<mp::StartMethod> {
 protected:
  [[nodiscard]] static mp::pool::PoolOptions with(int processes) {
    return {.processes = processes, .context = GetParam()};
  }
};
HILO_TEST_BY_EVERY_METHOD(PoolLossPainTest);

// CPython: get() waits for ever, and so does map() (gh-66587).
TEST_P(PoolLossPainTest, P01_NobodyWaitsForTheTaskOfAKilledWorker) {
  mp::Pool pool(with(2));
  EXPECT_THROW((void)pool.apply(die_at, 1, 1), hilo::WorkerLostError);
  EXPECT_THROW((void)pool.apply_async(die_at, 1, 1).get(k_soon), hilo::WorkerLostError);
  const auto die_at_five = [](int n) { return die_at(n, 5); };
  EXPECT_THROW((void)pool.map_async(die_at_five, std::views::iota(0, 10), 1).get(k_soon),
               hilo::WorkerLostError);
  auto results = pool.imap(die_at_five, std::views::iota(4, 7));
  EXPECT_EQ(results.next(k_soon), 4);
  EXPECT_THROW((void)results.next(k_soon), hilo::WorkerLostError);
  EXPECT_EQ(results.next(k_soon), 6);
  EXPECT_EQ(pool.apply_async(square, 3).get(k_soon), 9);
  pool.close();
  pool.join();
}

// CPython: it held the lock that the others read their tasks under; not even terminate() comes
// back (gh-73945).
TEST_P(PoolLossPainTest, P02_KilledIdleWorkersHoldNothingThatOthersNeed) {
  for (const bool terminates : {false, true}) {
    mp::Pool pool(with(2));
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(pool.map(square, std::views::iota(0, 4), 1), (std::vector{0, 1, 4, 9}));
      std::vector<std::unique_ptr<hilo::test::ProcessWatch>> killed;
      for (const auto& worker : pool.stats()) {
        if (worker.pid == 0) continue;
        killed.push_back(std::make_unique<hilo::test::ProcessWatch>(worker.pid));
        ASSERT_EQ(::kill(worker.pid, SIGKILL), 0);
      }
      for (const auto& worker : killed) EXPECT_TRUE(worker->ends_within(k_soon));
    }
    auto last = pool.apply_async(square, 5);
    if (terminates) {
      pool.terminate();
    } else {
      EXPECT_EQ(last.get(k_soon), 25);
      pool.close();
    }
    pool.join();
    EXPECT_TRUE(last.ready());
  }
}

/// Cannot be read where it arrives.
struct Unreadable {
  int value = 13;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
    if (value == 13) throw std::runtime_error("unreadable");
  }
};
struct NeedsTwo : std::runtime_error {
  NeedsTwo(int first, int second) : std::runtime_error(std::to_string(first + second)) {}
};

// CPython: an error whose constructor wants two arguments kills the thread that takes the results,
// and all wait for ever (gh-79492).
TEST_P(PoolLossPainTest, P16_WhatCannotBeReadFailsItsOwnTask) {
  mp::Pool pool(with(1));
  const int worker = pool.apply(worker_id);
  auto error = pool.apply_async([] { throw NeedsTwo(40, 2); });
  auto result = pool.apply_async([] { return Unreadable(); });
  auto argument =
      pool.apply_async([](const Unreadable& object) { return object.value; }, Unreadable());
  auto long_error = pool.apply_async([] { throw std::out_of_range(std::string(1 << 20, 'x')); });
  EXPECT_THROW(error.get(k_soon), hilo::RemoteError);
  EXPECT_THROW((void)result.get(k_soon), std::runtime_error);
  EXPECT_THROW((void)argument.get(k_soon), std::runtime_error);
  EXPECT_THROW(long_error.get(k_soon), std::out_of_range);
  EXPECT_EQ(pool.apply(worker_id), worker);
}

// CPython: SystemExit in a task ends the worker, and the task is lost without a word.
TEST_P(PoolLossPainTest, P17_WhateverIsThrownComesHome) {
  mp::Pool pool(with(1));
  const int worker = pool.apply(worker_id);
  try {
    pool.apply_async([] { throw hilo::SystemExit(3); }).get(k_soon);
    FAIL();
  } catch (const hilo::SystemExit& exit) {
    EXPECT_EQ(exit.code(), 3);
  }
  EXPECT_THROW(pool.apply_async([] { throw 42; }).get(k_soon), hilo::RemoteError);
  EXPECT_EQ(pool.apply(worker_id), worker);
}

TEST_P(PoolLossPainTest, P17_AnExitInATaskIsALostWorker) {
  mp::Pool pool(with(1));
  try {
    pool.apply_async([] { std::exit(3); }).get(k_soon);
    FAIL();
  } catch (const hilo::WorkerLostError& error) {
    EXPECT_EQ(error.exitcode(), 3);
  }
  EXPECT_EQ(pool.apply_async(square, 3).get(k_soon), 9);
}

// CPython: BrokenProcessPool for all of them, and nothing says which one it was (gh-139462).
TEST_P(PoolLossPainTest, P22_ACrashIsItsOwnTasksAndNobodyElses) {
  futures::ProcessPoolExecutor executor({.max_workers = 2, .mp_context = GetParam()});
  std::vector<futures::Future<int>> all;
  for (int n = 0; n < 40; ++n) all.push_back(executor.submit(die_at, n, 7));
  ASSERT_TRUE(futures::wait(all, k_soon).not_done.empty());
  for (int n = 0; n < 40; ++n) {
    if (n != 7) {
      EXPECT_EQ(all[static_cast<std::size_t>(n)].result(), n);
      continue;
    }
    try {
      (void)all[7].result();
      FAIL();
    } catch (const hilo::WorkerLostError& error) {
      EXPECT_EQ(error.exitcode(), -SIGKILL);
      EXPECT_GT(error.pid(), 0);
      EXPECT_NE(std::string(error.what()).find("signal 9"), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(executor.submit(square, 3).result(k_soon), 9);
}

}  // namespace
