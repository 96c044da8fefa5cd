// SPDX-License-Identifier: MIT
// shutdown() in every way, of executors of every kind, with tasks in every state: each future ends,
// nothing hangs, and a result says what became of it.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/errors.hpp"
#include "hilo/futures.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/threading.hpp"

namespace {

namespace mp = hilo::multiprocessing;
namespace futures = hilo::futures;
using hilo::test::k_soon;

enum class Kind { threads, fork, spawn, forkserver };
enum class State { none, pending, running, cancelled, finished, failed, all };
constexpr const char* k_kinds[] = {"threads", "fork", "spawn", "forkserver"};
constexpr const char* k_states[] = {"none",     "pending", "running", "cancelled",
                                    "finished", "failed",  "all"};

int square(int n) { return n * n; }
int fail(int n) { throw hilo::ValueError(std::to_string(n)); }
// The handles of processes do for threads too.
bool pass(mp::Event begun, mp::Event open) {
  begun.set();
  return open.wait(k_soon);
}

using Parameters = std::tuple<Kind, State, bool, bool>;

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const auto [kind, state, waits, cancels] = info.param;
  return std::string(k_kinds[static_cast<int>(kind)]) + '_' + k_states[static_cast<int>(state)] +
         (waits ? "_wait" : "") + (cancels ? "_cancel" : "");
}

class ExecutorExitTest : public testing::TestWithParam<Parameters> {
 protected:
  /// Calls `test(executor)` with an executor of the kind, with one worker.
  template <class Test>
  static void with_executor(Test&& test) {
    const Kind kind = std::get<Kind>(GetParam());
    if (kind == Kind::threads) {
      test(futures::ThreadPoolExecutor(1));
    } else {
      test(futures::ProcessPoolExecutor(
          {.max_workers = 1, .mp_context = mp::StartMethod(static_cast<int>(kind) - 1)}));
    }
  }
  static bool has(State state) {
    const State wanted = std::get<State>(GetParam());
    return wanted == state || wanted == State::all;
  }
};

TEST_P(ExecutorExitTest, EndsEachFuture) {
  const bool waits = std::get<2>(GetParam());
  const bool cancels = std::get<3>(GetParam());
  const mp::Event begun;
  const mp::Event open;
  std::vector<futures::Future<int>> finished;
  std::vector<futures::Future<int>> failed;
  std::vector<futures::Future<bool>> running;
  std::vector<futures::Future<int>> pending;
  std::vector<futures::Future<int>> cancelled;
  with_executor([&](auto&& executor) {
    if (has(State::finished)) finished.push_back(executor.submit(square, 2));
    if (has(State::failed)) failed.push_back(executor.submit(fail, 3));
    ASSERT_TRUE(futures::wait(finished, k_soon).not_done.empty());
    ASSERT_TRUE(futures::wait(failed, k_soon).not_done.empty());
    const bool is_busy = has(State::running) || has(State::pending) || has(State::cancelled);
    if (is_busy) {
      running.push_back(executor.submit(pass, begun, open));
      ASSERT_TRUE(begun.wait(k_soon));
    }
    // More than stand in a worker's lane.
    for (int n = 0; n < 40 && has(State::pending); ++n) {
      pending.push_back(executor.submit(square, n));
    }
    if (has(State::cancelled)) {
      cancelled.push_back(executor.submit(square, 4));
      EXPECT_TRUE(cancelled.back().cancel());
    }

    hilo::threading::Thread shutdown(
        [&] { executor.shutdown({.wait = waits, .cancel_futures = cancels}); });
    shutdown.start();
    if (!waits) {
      EXPECT_TRUE(shutdown.join(k_soon));
    }
    if (cancels) {
      EXPECT_TRUE(futures::wait(pending, k_soon).not_done.empty());
    }
    if (is_busy) {
      EXPECT_FALSE(running[0].done());
      EXPECT_EQ(shutdown.is_alive(), waits);
    }
    open.set();
    EXPECT_TRUE(shutdown.join(k_soon));
    if (waits) {
      for (const auto& future : running) EXPECT_TRUE(future.done());
      for (const auto& future : pending) EXPECT_TRUE(future.done());
    }
    EXPECT_THROW((void)executor.submit(square, 1), hilo::RuntimeError);
    executor.shutdown({.wait = false, .cancel_futures = false});  // as often as one likes
  });
  // The executor is gone.
  for (const auto& future : finished) EXPECT_EQ(future.result(k_soon), 4);
  for (const auto& future : failed) EXPECT_THROW((void)future.result(k_soon), hilo::ValueError);
  for (const auto& future : running) EXPECT_TRUE(future.result(k_soon));
  for (std::size_t n = 0; n < pending.size(); ++n) {
    if (cancels) {
      EXPECT_TRUE(pending[n].cancelled());
      EXPECT_THROW((void)pending[n].result(k_soon), hilo::CancelledError);
    } else {
      EXPECT_EQ(pending[n].result(k_soon), static_cast<int>(n * n));
    }
  }
  for (const auto& future : cancelled) {
    EXPECT_TRUE(future.cancelled());
    EXPECT_THROW((void)future.result(k_soon), hilo::CancelledError);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Every, ExecutorExitTest,
    testing::Combine(testing::Values(Kind::threads, Kind::fork, Kind::spawn, Kind::forkserver),
                     testing::Values(State::none, State::pending, State::running, State::cancelled,
                                     State::finished, State::failed, State::all),
                     testing::Bool(), testing::Bool()),
    name_of);

// The worker passes what was taken back, and nobody else would wake who waits for it.
TEST(ExecutorShutdownTest, ForgetsWhatWasCancelled) {
  for (int round = 0; round < 200; ++round) {
    futures::ProcessPoolExecutor executor(1);
    std::vector<futures::Future<int>> all;
    for (int n = 0; n < 4; ++n) all.push_back(executor.submit(square, n));
    for (const auto& future : all) (void)future.cancel();
    executor.shutdown();
    for (const auto& future : all) EXPECT_TRUE(future.done());
  }
}

}  // namespace
