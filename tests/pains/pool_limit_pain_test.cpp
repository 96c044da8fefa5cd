// SPDX-License-Identifier: MIT
// Tasks and workers that take too long, too often, or too much.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/futures.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"
#include "hilo/queue/errors.hpp"
#include "hilo/threading.hpp"

namespace mp = hilo::multiprocessing;
namespace futures = hilo::futures;
namespace threading = hilo::threading;

namespace {

using namespace std::chrono_literals;
using hilo::test::k_soon;
using mp::pool::ThreadPool;

int square(int n) { return n * n; }
int worker_id(int) { return ::getpid(); }
void hang(mp::Event begun) {
  begun.set();
  hilo::test::wait_for_a_signal();
}
void run_until_asked(const std::stop_token& stop, threading::Event& begun) {
  begun.set();
  EXPECT_TRUE(hilo::test::eventually([&] { return stop.stop_requested(); }));
}

class PoolLimitPainTest : public testing::TestWithParam<mp::StartMethod> {
 protected:
  [[nodiscard]] static mp::pool::PoolOptions with(int processes) {
    return {.processes = processes, .context = GetParam()};
  }
};
HILO_TEST_BY_EVERY_METHOD(PoolLimitPainTest);

// CPython: get(timeout) gives up, and the task goes on in its worker.
TEST_P(PoolLimitPainTest, P13_ATaskHasATimeout) {
  mp::Pool pool(with(1));
  const hilo::test::ProcessWatch worker(pool.apply(worker_id, 0));
  auto late = pool.apply_async({.limits = {.timeout = 20ms}}, hang, mp::Event());
  EXPECT_THROW(late.get(k_soon), hilo::TimeoutError);
  EXPECT_TRUE(late.ready());
  EXPECT_TRUE(worker.ends_within(k_soon));
  EXPECT_EQ(pool.apply_async(square, 3).get(k_soon), 9);
}

TEST(ThreadLimitPainTest, P13_ATaskHasATimeout) {
  ThreadPool pool(1);
  threading::Event begun;
  auto late = pool.apply_async({.limits = {.timeout = 20ms}},
                               [&](const std::stop_token& stop) { run_until_asked(stop, begun); });
  EXPECT_THROW(late.get(k_soon), hilo::TimeoutError);
  EXPECT_EQ(pool.apply_async(square, 3).get(k_soon), 9);
}

// CPython: cancel() of what runs is False, whatever one does; terminate() is for all workers.
TEST_P(PoolLimitPainTest, P14_ARunningTaskCanBeCancelled) {
  futures::ProcessPoolExecutor executor({.max_workers = 2, .mp_context = GetParam()});
  const mp::Event begun;
  const mp::Event open;
  auto other = executor.submit([](mp::Event go) { return go.wait(k_soon); }, open);
  auto running = executor.submit(hang, begun);
  ASSERT_TRUE(begun.wait(k_soon));
  EXPECT_TRUE(running.cancel());
  EXPECT_THROW(running.result(k_soon), hilo::CancelledError);
  EXPECT_EQ(executor.submit(square, 3).result(k_soon), 9);
  open.set();
  EXPECT_TRUE(other.result(k_soon));
}

TEST(ThreadLimitPainTest, P14_ARunningTaskCanBeAskedToStop) {
  futures::ThreadPoolExecutor executor(1);
  threading::Event begun;
  auto running =
      executor.submit([&](const std::stop_token& stop) { run_until_asked(stop, begun); });
  ASSERT_TRUE(begun.wait(k_soon));
  EXPECT_FALSE(running.cancel());  // it is asked, not cancelled
  running.result(k_soon);
}

void fail_to_begin(mp::Value<int> starts, bool dies) {
  starts.value() += 1;
  if (dies) ::_exit(3);
  throw std::runtime_error("no license");
}

// CPython: Pool starts 70 workers a second, for ever, and get() waits (gh-87472).
TEST_P(PoolLimitPainTest, P15_AFailingInitializerBreaksThePool) {
  for (const bool dies : {false, true}) {
    const mp::Value<int> starts(0);
    testing::internal::CaptureStderr();
    {
      mp::Pool pool(
          {.processes = 2, .initializer = {fail_to_begin, starts, dies}, .context = GetParam()});
      try {
        (void)pool.apply_async(square, 1).get(k_soon);
        ADD_FAILURE();
      } catch (const hilo::BrokenProcessPool& error) {
        const std::string cause = dies ? "exit code 3" : "no license";
        EXPECT_NE(std::string(error.what()).find(cause), std::string::npos) << error.what();
      }
      EXPECT_THROW((void)pool.apply(square, 1), hilo::BrokenProcessPool);
    }
    EXPECT_LE(starts.value(), 10);
    (void)testing::internal::GetCapturedStderr();
  }
}

TEST(ThreadLimitPainTest, P15_AFailingInitializerBreaksThePool) {
  ThreadPool pool({.processes = 2, .initializer = [] { throw std::runtime_error("no license"); }});
  EXPECT_THROW((void)pool.apply_async(square, 1).get(k_soon), hilo::BrokenThreadPool);
}

// CPython: submit() takes millions of tasks, map() and imap() read the whole input at once, be it
// endless (gh-74028).
TEST(ThreadLimitPainTest, P19_SubmittingWaitsForRoom) {
  threading::Event begun;
  threading::Event open;
  futures::ThreadPoolExecutor executor({.max_workers = 1, .max_pending = 1});
  auto running = executor.submit([&] { return begun.set(), open.wait(k_soon); });
  ASSERT_TRUE(begun.wait(k_soon));
  std::atomic<int> submitted{0};
  threading::Thread submitter([&] {
    for (int n = 0; n < 3; ++n, ++submitted) (void)executor.submit(square, n);
  });
  submitter.start();
  EXPECT_TRUE(hilo::test::eventually([&] { return submitted == 1; }));
  EXPECT_FALSE(submitter.join(20ms));
  EXPECT_EQ(submitted, 1);
  open.set();
  EXPECT_TRUE(submitter.join(k_soon));
  EXPECT_TRUE(running.result(k_soon));
}

// The same of processes, of an input without an end.
TEST_P(PoolLimitPainTest, P19_InputIsReadAsItIsNeeded) {
  int read = 0;
  auto endless = std::views::iota(0) | std::views::transform([&](int n) { return ++read, n; });
  mp::Pool pool(with(2));
  {
    auto results = pool.imap(square, endless, {.buffersize = 4});
    for (int n = 0; n < 20; ++n) EXPECT_EQ(results.next(k_soon), n * n);
    EXPECT_LE(read, 24);
  }
  read = 0;
  futures::ProcessPoolExecutor executor({.max_workers = 2, .mp_context = GetParam()});
  auto results = executor.map({.buffersize = 4}, square, endless);
  for (int n = 0; n < 20; ++n) EXPECT_EQ(results.next(), n * n);
  EXPECT_LE(read, 24);
}

// CPython: no worker takes the place of the last one, and what is left waits (gh-115634).
TEST_P(PoolLimitPainTest, P21_WorkersThatRetireAreReplacedToTheLastTask) {
  std::vector<futures::Future<int>> all;
  {
    futures::ProcessPoolExecutor executor(
        {.max_workers = 2, .mp_context = GetParam(), .max_tasks_per_child = 1});
    for (int n = 0; n < 12; ++n) all.push_back(executor.submit(square, n));
    executor.shutdown({.wait = false});
    ASSERT_TRUE(futures::wait(all, k_soon).not_done.empty());
  }
  for (int n = 0; n < 12; ++n) EXPECT_EQ(all[static_cast<std::size_t>(n)].result(), n * n);
}

}  // namespace
