// SPDX-License-Identifier: MIT
#include "hilo/futures/process_pool_executor.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <ranges>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/futures.hpp"
#include "hilo/multiprocessing.hpp"

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;
namespace futures = hilo::futures;

int square(int n) { return n * n; }
int worker_id() { return ::getpid(); }
int die(int signal) {
  ::raise(signal);
  return 0;
}
bool hang(mp::Event begun) {
  begun.set();
  for (;;) ::pause();
}
mp::RawValue<int>* g_asked_to_end = nullptr;
bool hang_till_asked(mp::Event begun, mp::RawValue<int> asked) {
  g_asked_to_end = &asked;
  ::signal(SIGTERM, [](int) {
    g_asked_to_end->value() = 1;
    ::_exit(0);
  });
  return hang(begun);
}

TEST(ProcessPoolExecutorTest, RunsTasks) {
  futures::ProcessPoolExecutor executor(2);
  static_assert(futures::Executor<futures::ProcessPoolExecutor>);
  EXPECT_EQ(executor.submit(square, 7).result(20s), 49);
  std::vector<int> sums;
  const auto add = [](int a, int b) { return a + b; };
  for (int sum : executor.map(add, std::vector{1, 2}, std::views::iota(10))) sums.push_back(sum);
  EXPECT_EQ(sums, (std::vector{11, 13}));
}

TEST(ProcessPoolExecutorTest, ShutsDownInEveryWay) {
  for (const bool waits : {true, false}) {
    for (const bool cancels : {true, false}) {
      futures::ProcessPoolExecutor executor(1);
      mp::Event begun;
      auto running = executor.submit([](mp::Event event) { event.set(); }, begun);
      std::vector<futures::Future<int>> pending;
      for (int i = 0; i < 30; ++i) pending.push_back(executor.submit(square, i));
      auto cancelled = executor.submit(square, 1);
      EXPECT_TRUE(cancelled.cancel());
      ASSERT_TRUE(begun.wait(20s));
      executor.shutdown({.wait = waits, .cancel_futures = cancels});
      running.result(20s);
      EXPECT_TRUE(futures::wait(pending, 20s).not_done.empty());
      EXPECT_TRUE(cancels || pending.back().result() == 29 * 29);
      EXPECT_THROW((void)executor.submit(square, 1), hilo::RuntimeError);
    }
  }
}

TEST(ProcessPoolExecutorTest, EndsAWorkerThatHasYetToPassWhatOthersDid) {
  futures::ProcessPoolExecutor executor(2);
  const auto pid_of = [&](std::size_t worker) { return executor.stats()[worker].pid; };
  const int stopped = pid_of(0);
  const hilo::test::ProcessWatch watch(stopped);
  ::kill(stopped, SIGSTOP);
  // One of these stands before the stopped worker, until the other takes it.
  auto first = executor.submit(worker_id);
  auto second = executor.submit(worker_id);
  EXPECT_EQ(first.result(20s), pid_of(1));
  EXPECT_EQ(second.result(20s), pid_of(1));
  executor.shutdown(false);
  // Once the idle one is gone, the keeper has told all that have nothing to do.
  EXPECT_TRUE(hilo::test::eventually([&] { return pid_of(1) == 0; }));
  ::kill(stopped, SIGCONT);
  if (!watch.ends_within(20s)) {
    ADD_FAILURE() << "it still waits for something to do";
    ::kill(stopped, SIGKILL);
  }
}

TEST(ProcessPoolExecutorTest, EndsAnIdleWorkerThatIsStoppedAtItsShutdown) {
  futures::ProcessPoolExecutor executor(1);
  const int stopped = executor.submit(worker_id).result(20s);
  const hilo::test::ProcessWatch watch(stopped);
  ::kill(stopped, SIGSTOP);
  executor.shutdown(false);
  if (!watch.ends_within(20s)) {
    ADD_FAILURE() << "the shutdown waits for it";
    ::kill(stopped, SIGKILL);
  }
}

TEST(ProcessPoolExecutorTest, ReplacesAWorkerThatStopsAfterItsLastTask) {
  futures::ProcessPoolExecutor executor({.max_workers = 1, .max_tasks_per_child = 1});
  int before = 0;
  for (int i = 0; i < 5; ++i) {
    const int pid = executor.submit(worker_id).result(20s);
    EXPECT_NE(pid, before);
    ::kill(before = pid, SIGSTOP);
  }
}

TEST(ProcessPoolExecutorTest, BreaksWithAWorkerIfItIsStrict) {
  futures::ProcessPoolExecutor executor({.max_workers = 1, .strict = true});
  auto lost = executor.submit(die, SIGKILL);
  auto other = executor.submit(square, 1);
  EXPECT_THROW((void)lost.result(20s), hilo::WorkerLostError);
  EXPECT_THROW((void)other.result(20s), futures::BrokenProcessPool);
  EXPECT_THROW((void)executor.submit(square, 1), futures::BrokenProcessPool);
}

TEST(ProcessPoolExecutorTest, TerminatesItsWorkers) {
  futures::ProcessPoolExecutor executor(1);
  mp::Event begun;
  auto running = executor.submit(hang, begun);
  ASSERT_TRUE(begun.wait(20s));
  executor.terminate_workers();
  EXPECT_TRUE(running.cancelled());
}

TEST(ProcessPoolExecutorTest, AsksWorkersToEndOrJustKillsThem) {
  for (const bool asks : {true, false}) {
    const mp::RawValue<int> asked(0);
    mp::Event begun;
    futures::ProcessPoolExecutor executor(1);
    auto running = executor.submit(hang_till_asked, begun, asked);
    ASSERT_TRUE(begun.wait(20s));
    asks ? executor.terminate_workers() : executor.kill_workers();
    EXPECT_TRUE(running.cancelled());
    executor.shutdown();
    EXPECT_EQ(asked.value(), asks ? 1 : 0);
  }
}

TEST(ProcessPoolExecutorTest, SharesWaitingWithThreads) {
  futures::ProcessPoolExecutor processes(1);
  futures::ThreadPoolExecutor threads(1);
  const std::vector<futures::Future<int>> both{processes.submit(square, 2),
                                               threads.submit(square, 3)};
  int sum = 0;
  for (auto& future : futures::as_completed(both, 20s)) sum += future.result();
  EXPECT_EQ(sum, 13);
}

}  // namespace
