// SPDX-License-Identifier: MIT
// How processes start and end.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "helpers/run_program.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

using namespace std::chrono_literals;
using hilo::test::k_soon;
using hilo::test::Mailbox;

class ProcessPainTest : public hilo::test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(ProcessPainTest);

class CleanStartPainTest : public hilo::test::ProcessTestBase {};
INSTANTIATE_TEST_SUITE_P(Methods, CleanStartPainTest,
                         testing::Values(mp::StartMethod::spawn, mp::StartMethod::forkserver),
                         [](const auto& method) {
                           return std::string(mp::to_string(method.param));
                         });

std::mutex g_guard;  // any library's

// CPython: where fork is the default, the child waits for a lock that no thread of it holds.
TEST_P(CleanStartPainTest, P08_AChildHasNoLocksOfItsParentsThreads) {
  const std::scoped_lock held(g_guard);
  EXPECT_EQ(run([] {
              const std::scoped_lock free(g_guard);
              hilo::test::end_with(5);
            }),
            5);
}

void fork_beside_a_thread() {
  const mp::Event end;
  std::jthread thread([&] { end.wait(k_soon); });
  for (int i = 0; i < 3; ++i) {
    mp::Process child = mp::get_context("fork").Process(hilo::test::do_nothing);
    child.start();
    child.join();
  }
  end.set();
}

// CPython: up to 3.11 without a word, later with one for each fork (gh-84559).
TEST_P(CleanStartPainTest, P08_AForkBesideThreadsWarnsOnce) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(fork_beside_a_thread), 0);
  const std::string text = testing::internal::GetCapturedStderr();
  const std::size_t first = text.find("hilo: warning");
  EXPECT_NE(first, text.npos) << text;
  EXPECT_EQ(text.find("hilo: warning", first + 1), text.npos) << text;
}

// CPython: a lambda, a local function or a lock inside of another object is refused when the start
// method changes (gh-126831).
TEST_P(ProcessPainTest, P09_WhatIsNoClosureCrossesByEveryMethod) {
  struct Local {
    static void end(mp::Lock lock, std::vector<mp::Event> events, int code) {
      const std::scoped_lock guard(lock);
      events.at(0).set();
      hilo::test::end_with(code);
    }
  };
  const mp::Event event;
  EXPECT_EQ(run(Local::end, mp::Lock(), std::vector{event}, 3), 3);
  EXPECT_TRUE(event.is_set());
  EXPECT_EQ(run([](int code) { hilo::test::end_with(code); }, 4), 4);
}

// CPython: AttributeError or PicklingError with a half-started child beside it.
TEST_P(CleanStartPainTest, P09_AClosureIsRefusedBeforeAnythingStarts) {
  mp::Process process = make([name = std::make_unique<int>(7)] {});
  try {
    process.start();
    FAIL();
  } catch (const hilo::PicklingError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("lambda"), text.npos) << text;
    EXPECT_NE(text.find("captured"), text.npos) << text;
  }
  EXPECT_EQ(process.pid(), std::nullopt);
  EXPECT_TRUE(mp::active_children().empty());
}

// CPython: without `if __name__ == "__main__"` each child starts the program once more.
TEST_P(CleanStartPainTest, P09_AMissingFreezeSupportIsNoForkBomb) {
  const auto result =
      hilo::test::run_program(std::string(HILO_PROCESS_PROGRAM) + ' ' +
                              std::string(mp::to_string(GetParam())) + " without_freeze_support");
  EXPECT_NE(result.output.find("freeze_support(argc, argv)"), result.output.npos) << result.output;
}

void be_one_of_three(const std::string& path, const mp::Queue<int>& queue) {
  Mailbox::post(path, std::to_string(::getpid()));
  queue.get();
}

// CPython: a traceback from each process, and often a hang (gh-80180).
TEST(ControlCPainTest, P25_ControlCEndsAllWithoutAWord) {
  Mailbox mailbox;
  testing::internal::CaptureStderr();
  mp::Process parent = mp::get_context("fork").Process([&mailbox] {
    ::setpgid(0, 0);  // what a terminal sends its SIGINT to
    const mp::Queue<int> queue;
    for (const char* method : {"fork", "spawn"}) {
      mp::get_context(method).Process(be_one_of_three, mailbox.path(), queue).start();
    }
    be_one_of_three(mailbox.path(), queue);
  });
  parent.start();
  std::vector<std::unique_ptr<hilo::test::ProcessWatch>> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(std::make_unique<hilo::test::ProcessWatch>(mailbox.take_number()));
  }
  ASSERT_EQ(::kill(-*parent.pid(), SIGINT), 0);
  for (const auto& process : all) EXPECT_TRUE(process->ends_within(5s));
  EXPECT_TRUE(parent.join(k_soon));
  EXPECT_EQ(parent.exitcode(), -SIGINT);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

void have_a_daemon(mp::StartMethod method, const std::string& path) {
  mp::get_context(method)
      .Process({.daemon = true}, be_one_of_three, path, mp::Queue<int>())
      .start();
  hilo::test::wait_for_a_signal();
}

// CPython: daemonic children of a killed parent live on (gh-88628).
TEST_P(ProcessPainTest, P25_ADaemonEndsWithItsKilledParent) {
  mp::Process parent = make(have_a_daemon, GetParam(), mailbox_.path());
  parent.start();
  const hilo::test::ProcessWatch daemon(mailbox_.take_number());
  ASSERT_TRUE(daemon.found());
  parent.kill();
  EXPECT_TRUE(daemon.ends_within(5s));
  EXPECT_EQ(end_of(parent), -SIGKILL);
}

}  // namespace
