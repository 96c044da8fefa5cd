// SPDX-License-Identifier: MIT
// Who takes the status of a process, and who sees its end.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_tree.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::do_nothing;
using test::end_with;
using test::wait_for_a_signal;

class ProcessReapingTest : public test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(ProcessReapingTest);

TEST_P(ProcessReapingTest, ManyThreadsJoinOneProcess) {
  Process process = make(wait_for_a_signal);
  process.start();
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([process, &right]() mutable {
      process.join();
      if (process.exitcode() == -SIGKILL && !process.is_alive()) ++right;
    });
  }
  process.kill();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 4);
}

TEST_P(ProcessReapingTest, SomebodyElseMayReap) {
  if (GetParam() == StartMethod::forkserver) GTEST_SKIP() << "only the forkserver can";
  Process process = make(do_nothing);
  process.start();
  ASSERT_EQ(::waitpid(*process.pid(), nullptr, 0), *process.pid());
  EXPECT_FALSE(process.is_alive());
  process.join();
  EXPECT_EQ(process.exitcode(), 255);
}

TEST_P(ProcessReapingTest, IgnoredSigchldIsNoHang) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  Process process = make(end_with, 3);
  process.start();
  EXPECT_TRUE(process.join(20s));
  EXPECT_FALSE(process.is_alive());
  EXPECT_TRUE(process.exitcode().has_value());
  ::signal(SIGCHLD, before);
}

TEST_P(ProcessReapingTest, ManyThreadsJoinManyProcessesInSlices) {
  std::vector<Process> processes;
  for (int i = 0; i < 4; ++i) processes.push_back(make(wait_for_a_signal));
  for (Process& process : processes) process.start();
  std::atomic<int> right = 0;
  std::atomic<int> waiting = 0;
  std::thread killer([&] {
    (void)test::eventually([&] { return waiting == 4; });
    for (Process& process : processes) process.terminate();
  });
  test::in_threads(4, [&](int number) {
    std::vector<Process> mine = processes;
    bool told = false;
    for (int i = 0; i < 4; ++i) {
      Process& process = mine[static_cast<std::size_t>((i + number) % 4)];
      while (!process.join(1ms)) {
        if (!std::exchange(told, true)) ++waiting;
      }
      if (process.exitcode() == -SIGTERM) ++right;
    }
  });
  killer.join();
  EXPECT_EQ(right, 16);
  EXPECT_TRUE(active_children().empty());
}

TEST_P(ProcessReapingTest, AStoppedProcessIsAlive) {
  Process process = make(wait_for_a_signal);
  process.start();
  ASSERT_EQ(::kill(*process.pid(), SIGSTOP), 0);
  ASSERT_TRUE(test::eventually([&] { return test::state_of(*process.pid()) == 'T'; }));
  EXPECT_TRUE(process.is_alive());
  EXPECT_FALSE(process.join(1ms));
  EXPECT_EQ(process.exitcode(), std::nullopt);
  process.kill();
  EXPECT_EQ(end_of(process), -SIGKILL);
}

}  // namespace
}  // namespace hilo::multiprocessing
