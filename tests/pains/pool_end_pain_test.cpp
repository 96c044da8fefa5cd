// SPDX-License-Identifier: MIT
// How pools, executors and their programs end.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/forget_server.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "helpers/run_program.hpp"
#include "hilo/errors.hpp"
#include "hilo/futures.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"
#include "hilo/threading.hpp"

namespace mp = hilo::multiprocessing;
namespace futures = hilo::futures;

namespace {

using namespace std::chrono_literals;
using hilo::test::k_soon;

int square(int n) { return n * n; }
int worker_id(int) { return ::getpid(); }

/// Of processes, and of threads too: they share handles as they share all else.
bool pass(mp::Event begun, mp::Event open) {
  begun.set();
  return open.wait(k_soon);
}

class PoolEndPainTest : public hilo::test::ProcessTestBase {
 protected:
  static std::string output_of(const std::string& program) {
    const auto result =
        hilo::test::run_program(std::string(HILO_POOL_PROGRAM) + ' ' +
                                std::string(mp::to_string(GetParam())) + ' ' + program);
    EXPECT_EQ(result.exitcode, 0) << result.output;
    return result.output;
  }
};
HILO_TEST_BY_EVERY_METHOD(PoolEndPainTest);

template <class Executor>
void expect_cancelled_futures_to_be_done(Executor&& executor) {
  const mp::Event begun;
  const mp::Event open;
  auto running = executor.submit(pass, begun, open);
  ASSERT_TRUE(begun.wait(k_soon));
  std::vector<futures::Future<int>> pending;
  for (int n = 0; n < 40; ++n) pending.push_back(executor.submit(square, n));
  EXPECT_TRUE(pending.back().cancel());
  for (auto& first : futures::as_completed(pending, k_soon)) {
    EXPECT_EQ(first, pending.back());
    break;
  }
  executor.shutdown({.wait = false, .cancel_futures = true});
  EXPECT_TRUE(futures::wait(pending, k_soon).not_done.empty());
  for (const auto& future : pending) EXPECT_TRUE(future.cancelled());
  EXPECT_FALSE(running.done());
  open.set();
  EXPECT_TRUE(running.result(k_soon));
}

// CPython: wait() and as_completed() learn of it when a worker meets the task, if ever (gh-92001).
TEST_P(PoolEndPainTest, P18_CancelledFuturesAreDoneAtOnce) {
  expect_cancelled_futures_to_be_done(
      futures::ProcessPoolExecutor({.max_workers = 1, .mp_context = GetParam()}));
}
TEST(ThreadEndPainTest, P18_CancelledFuturesAreDoneAtOnce) {
  expect_cancelled_futures_to_be_done(futures::ThreadPoolExecutor(1));
}

// CPython: the end of the program joins the threads of every executor, whatever they are at.
TEST_P(PoolEndPainTest, P20_AProgramsEndWaitsForNoExecutorThatWasLeft) {
  EXPECT_EQ(output_of("leave_busy_threads"), "main\n");
}

// CPython: "cannot schedule new futures after interpreter shutdown" (gh-86575).
TEST_P(PoolEndPainTest, P20_ExecutorsWorkAsLongAsThreadsOfTheProgramDo) {
  EXPECT_EQ(output_of("work_behind_main"), "main\n9\n16\n");
}

// CPython: a pool that was neither closed nor terminated hangs at the end (gh-82682).
TEST_P(PoolEndPainTest, AProgramsEndNeedsNoPoolToBeClosed) {
  for (const char* program :
       {"leave_a_busy_pool", "exit_beside_a_pool", "static_pool", "static_executor"}) {
    EXPECT_EQ(output_of(program), "main\n") << program;
  }
}

/// In a group of its own, as under a terminal; tells who belongs to it, and waits for a task.
void own_a_pool(mp::StartMethod method, bool handles, mp::Queue<std::vector<int>> tells,
                mp::Event open) {
  ::setpgid(0, 0);
  hilo::test::forget_server();
  if (handles) ::signal(SIGINT, [](int) {});
  mp::Pool pool({.processes = 2, .context = method});
  std::vector<int> ids = pool.map(worker_id, std::vector<int>(8), 1);
  const mp::Event begun;
  auto running = pool.apply_async(pass, begun, open);
  begun.wait(k_soon);
  ids.push_back(::getpid());
  tells.put(ids);
  if (!running.get(k_soon) || pool.apply(square, 3) != 9) throw hilo::SystemExit(2);
}

std::deque<hilo::test::ProcessWatch> watch_all(const mp::Queue<std::vector<int>>& tells) {
  std::deque<hilo::test::ProcessWatch> all;
  for (const int id : tells.get(k_soon)) all.emplace_back(id);
  return all;
}

// CPython: KeyboardInterrupt in each worker, a traceback from each, and the pool hangs (bpo-8296).
TEST_P(PoolEndPainTest, P25_ControlCIsTheOwnersBusinessAlone) {
  const mp::Queue<std::vector<int>> tells;
  const mp::Event open;
  testing::internal::CaptureStderr();
  mp::Process owner = mp::get_context("fork").Process(own_a_pool, GetParam(), true, tells, open);
  owner.start();
  (void)tells.get(k_soon);
  ASSERT_EQ(::kill(-*owner.pid(), SIGINT), 0);
  open.set();
  EXPECT_TRUE(owner.join(k_soon));
  EXPECT_EQ(owner.exitcode(), 0);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_P(PoolEndPainTest, P25_AnOwnerThatEndsTakesItsWorkersAlong) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    const mp::Queue<std::vector<int>> tells;
    testing::internal::CaptureStderr();
    mp::Process owner =
        mp::get_context("fork").Process(own_a_pool, GetParam(), false, tells, mp::Event());
    owner.start();
    const auto all = watch_all(tells);
    ASSERT_EQ(::kill(signal == SIGINT ? -*owner.pid() : *owner.pid(), signal), 0);
    for (const auto& process : all) EXPECT_TRUE(!process.found() || process.ends_within(5s));
    EXPECT_TRUE(owner.join(k_soon));
    EXPECT_EQ(owner.exitcode(), -signal);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  }
}

template <class Pool>
void expect_termination_in_a_callback(Pool&& pool) {
  const mp::Event open;
  const hilo::threading::Event terminated;
  auto pending = pool.apply_async(pass, mp::Event(), open);
  auto failed = pool.apply_async({.error_callback =
                                      [&](const std::exception_ptr&) {
                                        pool.terminate();
                                        terminated.set();
                                      }},
                                 [] { throw std::out_of_range("far"); });
  EXPECT_TRUE(terminated.wait(k_soon));
  EXPECT_THROW(failed.get(k_soon), std::out_of_range);
  open.set();
  EXPECT_TRUE(pending.wait(k_soon));
  pool.join();
}

// CPython: the thread that calls it is one that terminate() waits for (gh-87129).
TEST_P(PoolEndPainTest, TerminatesInItsOwnErrorCallback) {
  expect_termination_in_a_callback(mp::Pool({.processes = 2, .context = GetParam()}));
}
TEST(ThreadEndPainTest, TerminatesInItsOwnErrorCallback) {
  expect_termination_in_a_callback(mp::pool::ThreadPool(2));
}

}  // namespace
