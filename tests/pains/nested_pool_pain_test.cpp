// SPDX-License-Identifier: MIT
// Tasks that have tasks.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <ranges>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/futures.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"

namespace mp = hilo::multiprocessing;
namespace futures = hilo::futures;

namespace {

using hilo::test::k_soon;
using mp::pool::ThreadPool;

int square(int n) { return n * n; }
int sum_of_squares(const std::vector<int>& squares) {
  int sum = 0;
  for (const int n : squares) sum += n;
  return sum;
}

class NestedPoolPainTest : public testing::TestWithParam<mp::StartMethod> {};
HILO_TEST_BY_EVERY_METHOD(NestedPoolPainTest);

int use_a_pool(mp::StartMethod method, int count) {
  mp::Pool pool({.processes = 2, .context = method});
  return sum_of_squares(pool.map(square, std::views::iota(0, count), 1));
}
int use_threads(int count) {
  ThreadPool pool(2);
  return sum_of_squares(pool.map(square, std::views::iota(0, count), 1));
}

// CPython: "daemonic processes are not allowed to have children".
TEST_P(NestedPoolPainTest, WorkersHavePoolsOfTheirOwn) {
  mp::Pool pool({.processes = 2, .context = GetParam()});
  EXPECT_EQ(pool.apply_async(use_a_pool, GetParam(), 4).get(k_soon), 14);
  EXPECT_EQ(pool.apply_async(use_threads, 5).get(k_soon), 30);
}

void hang_in_a_pool(mp::StartMethod method, mp::Queue<int> tells) {
  mp::Pool pool({.processes = 1, .context = method});
  const auto hang = [](mp::Queue<int> who) {
    who.put(::getpid());
    hilo::test::wait_for_a_signal();
  };
  pool.apply(hang, tells);
}

TEST_P(NestedPoolPainTest, AKilledWorkerTakesItsWorkersAlong) {
  mp::Pool pool({.processes = 1, .context = GetParam()});
  const mp::Queue<int> tells;
  auto lost = pool.apply_async(hang_in_a_pool, GetParam(), tells);
  const hilo::test::ProcessWatch inner(tells.get(k_soon));
  ASSERT_TRUE(inner.found());
  ASSERT_EQ(::kill(pool.stats().at(0).pid, SIGKILL), 0);
  EXPECT_THROW(lost.get(k_soon), hilo::WorkerLostError);
  EXPECT_TRUE(inner.ends_within(k_soon));
}

void have_a_child(bool daemon) {
  mp::Process child({.daemon = daemon}, hilo::test::do_nothing);
  child.start();
  child.join();
}

// One that the program's end would wait for.
TEST_P(NestedPoolPainTest, AWorkersOtherChildrenAreRefusedClearly) {
  mp::Pool pool({.processes = 1, .context = GetParam()});
  pool.apply_async(have_a_child, true).get(k_soon);
  try {
    pool.apply_async(have_a_child, false).get(k_soon);
    FAIL();
  } catch (const hilo::RuntimeError& error) {
    EXPECT_NE(std::string(error.what()).find("daemonic"), std::string::npos) << error.what();
  }
}

// CPython: who submits to his own executor and waits, waits for ever (documented).
TEST(NestedThreadPainTest, TasksWaitForTasksOfTheirOwnPool) {
  ThreadPool pool(1);
  EXPECT_EQ(pool.apply_async([&] { return pool.apply_async(square, 3).get(k_soon); }).get(k_soon),
            9);
  futures::ThreadPoolExecutor executor(1);
  auto outer = executor.submit([&] {
    std::vector<futures::Future<int>> inner;
    for (int n = 0; n < 4; ++n) inner.push_back(executor.submit(square, n));
    int sum = 0;
    for (const auto& future : futures::wait(inner, k_soon).done) sum += future.result();
    return sum;
  });
  EXPECT_EQ(outer.result(k_soon), 14);
}

mp::Pool* g_pool = nullptr;

// A pool in a copy of its owner has no workers there, and says so at once.
TEST(NestedProcessPainTest, AnInheritedPoolRefuses) {
  mp::Pool outer(1);
  g_pool = &outer;
  mp::Pool inner({.processes = 1, .context = mp::StartMethod::fork});
  auto refused = inner.apply_async([](int n) { return g_pool->apply(square, n); }, 3);
  EXPECT_THROW((void)refused.get(k_soon), hilo::RuntimeError);
  EXPECT_EQ(outer.apply(square, 3), 9);
}

}  // namespace
