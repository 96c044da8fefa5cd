// SPDX-License-Identifier: MIT
// What programs, their users and the system do to processes that they should not.
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>

#include "helpers/eventually.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/threading.hpp"

namespace hilo::multiprocessing {
namespace {

using test::end_with;
using test::Mailbox;
using test::wait_for_a_signal;

class ProcessHostileTest : public test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(ProcessHostileTest);

TEST_P(ProcessHostileTest, ManyThreadsStartOneProcess) {
  Process process = make(wait_for_a_signal);
  std::atomic<int> started = 0;
  std::atomic<int> refused = 0;
  testing::internal::CaptureStderr();  // the warning about threads
  test::in_threads(4, [&](int) {
    try {
      Process(process).start();
      ++started;
    } catch (const RuntimeError&) {
      ++refused;
    }
  });
  (void)testing::internal::GetCapturedStderr();
  EXPECT_EQ(started, 1);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(active_children().size(), 1U);
  process.kill();
  EXPECT_EQ(end_of(process), -SIGKILL);
}

TEST_P(ProcessHostileTest, TheSystemsOwnWaysToEndAreSeen) {
  EXPECT_EQ(run([] { ::_exit(5); }), 5);
  EXPECT_EQ(run([] { std::quick_exit(6); }), 6);
  EXPECT_EQ(run([] { std::_Exit(7); }), 7);
  testing::internal::CaptureStderr();
  EXPECT_EQ(run([] {
              const rlimit none{0, 0};
              ::setrlimit(RLIMIT_CORE, &none);
              std::abort();
            }),
            -SIGABRT);
  (void)testing::internal::GetCapturedStderr();
}

// The process ends then as after a return from the target.
TEST_P(ProcessHostileTest, TheTargetMayEndItsThread) {
  EXPECT_EQ(run([] { ::pthread_exit(nullptr); }), 0);
  EXPECT_EQ(run(
                [](const std::string& path) {
                  threading::Thread([path] { Mailbox::post(path, "joined"); }).start();
                  ::pthread_exit(nullptr);
                },
                mailbox_.path()),
            0);
  EXPECT_EQ(mailbox_.take(), "joined");
}

TEST_P(ProcessHostileTest, AThreadMayEndTheProcess) {
  EXPECT_EQ(run([] {
              std::thread([] { std::exit(8); }).detach();
              wait_for_a_signal();
            }),
            8);
  EXPECT_EQ(run([] {
              threading::Thread([] { std::exit(9); }).start();
              wait_for_a_signal();
            }),
            9);
}

TEST_P(ProcessHostileTest, ChildsThreadsAreJoined) {
  EXPECT_EQ(run(
                [](const std::string& path) {
                  threading::Thread([path] {
                    Mailbox::post(path, threading::current_thread().name());
                  }).start();
                },
                mailbox_.path()),
            0);
  EXPECT_EQ(mailbox_.take(), "Thread-1 (<lambda>)");
}

// std::exit() in a child: its children end as at the end of any program, and its parent's do not.
void exit_with_children(StartMethod method, const std::string& path) {
  const Context context(method);
  Process daemon = context.Process({.daemon = true}, wait_for_a_signal);
  daemon.start();
  Process other =
      context.Process([](const std::string& where) { Mailbox::post(where, "joined"); }, path);
  other.start();
  Mailbox::post(path, std::to_string(*daemon.pid()));
  std::exit(4);
}

TEST_P(ProcessHostileTest, ExitInAChildEndsItsChildren) {
  Process sibling = make(wait_for_a_signal);
  sibling.start();
  Process process = make(exit_with_children, GetParam(), mailbox_.path());
  process.start();
  const std::string one = mailbox_.take();
  const std::string other = mailbox_.take();
  EXPECT_TRUE(one == "joined" || other == "joined") << one << ' ' << other;
  EXPECT_EQ(end_of(process), 4);
  const int daemon = std::atoi((one == "joined" ? other : one).c_str());
  EXPECT_EQ(::kill(daemon, 0), -1);
  EXPECT_TRUE(sibling.is_alive());
  sibling.kill();
  EXPECT_EQ(end_of(sibling), -SIGKILL);
}

// Where memory that processes share is too large for the limit, the system would send a signal.
TEST_P(ProcessHostileTest, AFileSizeLimitIsAnError) {
  Process limited = get_context("fork").Process([this] {
    const rlimit limit{2 << 20, 2 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Process process =
        make([](const std::string& text) { end_with(text.size() == 4 << 20 ? 3 : 4); },
             std::string(4 << 20, 'x'));
    try {
      process.start();
    } catch (const std::system_error& refusal) {
      end_with(refusal.code().value() == EFBIG ? 5 : 6);
    }
    end_with(end_of(process));
  });
  limited.start();
  EXPECT_EQ(end_of(limited), GetParam() != StartMethod::fork ? 5 : 3);
}

}  // namespace
}  // namespace hilo::multiprocessing
