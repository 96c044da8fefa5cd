// SPDX-License-Identifier: MIT
// What programs, their users and the system do to processes that they should not.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/found_family.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_watch.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/threading.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::Mailbox;

void wait_for_a_signal() {
  for (;;) ::pause();
}
void end_with(int code) { throw SystemExit(code); }

class ProcessHostileTest : public testing::TestWithParam<StartMethod> {
 protected:
  template <class... Args>
  [[nodiscard]] Process make(Args&&... args) const {
    return get_context(GetParam()).Process(std::forward<Args>(args)...);
  }
  static int end_of(Process& process) {
    if (!process.join(20s)) process.kill();
    process.join();
    return *process.exitcode();
  }
  template <class... Args>
  int run(Args&&... args) const {
    Process process = make(std::forward<Args>(args)...);
    process.start();
    return end_of(process);
  }
  Mailbox mailbox_;
};

INSTANTIATE_TEST_SUITE_P(Methods, ProcessHostileTest,
                         testing::Values(StartMethod::fork, StartMethod::spawn),
                         [](const auto& method) { return std::string(to_string(method.param)); });

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

TEST_P(ProcessHostileTest, ManyThreadsJoinManyProcessesInSlices) {
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

TEST_P(ProcessHostileTest, AStoppedProcessIsAlive) {
  Process process = make(wait_for_a_signal);
  process.start();
  ASSERT_EQ(::kill(*process.pid(), SIGSTOP), 0);
  siginfo_t info;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(*process.pid()), &info, WSTOPPED), 0);
  EXPECT_TRUE(process.is_alive());
  EXPECT_FALSE(process.join(1ms));
  EXPECT_EQ(process.exitcode(), std::nullopt);
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
  EXPECT_EQ(mailbox_.take(), "Thread-1");
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

void close_everything(int code) {
  ::syscall(SYS_close_range, 0U, ~0U, 0U);
  throw SystemExit(code);
}

TEST_P(ProcessHostileTest, AChildMayCloseAllItsDescriptors) {
  EXPECT_EQ(run(close_everything, 3), 3);
  EXPECT_EQ(run(ProcessOptions{.daemon = true}, close_everything, 3), 3);
}

TEST_P(ProcessHostileTest, AChildThatClosedAllMayStartNoSpawnButEnds) {
  EXPECT_EQ(run([] {
              ::syscall(SYS_close_range, 0U, ~0U, 0U);
              Process child = get_context("spawn").Process(end_with, 3);
              try {
                child.start();
              } catch (const std::system_error&) {
                throw SystemExit(5);
              }
              child.join();
            }),
            5);
}

TEST_P(ProcessHostileTest, NoDescriptorsLeftIsAnErrorOrNoSentinel) {
  if (test::k_address_sanitizer) GTEST_SKIP() << "it asks after memory through a pipe";
  test::found_family();
  const long descriptors = test::open_descriptors();
  Process process = make(end_with, 3);
  rlimit limit;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const int free = ::dup(0);
  ::close(free);
  const rlimit tight{static_cast<rlim_t>(free), limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  int error = 0;
  try {
    process.start();
  } catch (const std::system_error& refusal) {
    error = refusal.code().value();
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(error, GetParam() == StartMethod::spawn ? EMFILE : 0);
  EXPECT_EQ(test::open_descriptors(), descriptors);
  if (error != 0) process.start();
  EXPECT_EQ(end_of(process), 3);
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
  EXPECT_EQ(end_of(limited), GetParam() == StartMethod::spawn ? 5 : 3);
}

}  // namespace
}  // namespace hilo::multiprocessing
