// SPDX-License-Identifier: MIT
// Control-C reaches a program and all its children at once: the program's handler decides.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <regex>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/forget_server.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_tree.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::Mailbox;

constexpr std::array k_methods = {StartMethod::fork, StartMethod::spawn, StartMethod::forkserver};

/// What children block in for ever.
struct Blocks {
  Queue<int> queue;
  Lock held;
  Condition condition;
  Event event;
  Semaphore tokens{0};
};
constexpr int k_ways = 6;

void block(const Blocks& blocks, int way, const std::string& path) {
  ::alarm(120);  // lest it outlives a test that fails
  Mailbox::post(path, "blocks");
  auto [mine, theirs] = Pipe();
  switch (way % k_ways) {
    case 0:
      (void)blocks.queue.get();
      break;
    case 1:
      blocks.held.acquire();
      break;
    case 2: {
      const std::scoped_lock guard(blocks.condition);
      blocks.condition.wait();
      break;
    }
    case 3:
      (void)blocks.event.wait();
      break;
    case 4:
      blocks.tokens.acquire();
      break;
    default:
      (void)mine.recv<int>();
  }
}

std::atomic<int> g_interrupts;

/// How a program takes it, and how it ends then.
enum class Manner {
  as_by_default,
  handler_then_return,
  handler_then_exit_at_once,
  handler_then_kill,
  goes_on,
  ignores,
};

void set_manner(Manner manner) {
  if (manner == Manner::as_by_default) return;
  if (manner == Manner::ignores) {
    ::signal(SIGINT, SIG_IGN);
    return;
  }
  struct sigaction action {};
  action.sa_handler = [](int) {
    ++g_interrupts;
    (void)!::write(STDERR_FILENO, "interrupted\n", 12);
  };
  ::sigaction(SIGINT, &action, nullptr);
}

/// A program with children by each method, in a group of their own as under a terminal. Tells when
/// all block; `go` comes when the interrupt has come to all.
void live(Manner manner, const std::string& path, Event go) {
  ::setpgid(0, 0);
  test::forget_server();
  set_manner(manner);
  const Blocks blocks;
  const std::scoped_lock guard(blocks.held);
  std::vector<Process> children;
  for (int way = 0; way < k_ways; ++way) {
    children.push_back(get_context(k_methods[static_cast<std::size_t>(way) % 3])
                           .Process({.daemon = way >= 4}, block, blocks, way, path));
    children.back().start();
  }
  if (manner == Manner::goes_on || manner == Manner::ignores) {
    go.wait();
    for (Process& child : children) {
      if (!child.is_alive()) throw SystemExit(2);
    }
    children.front().interrupt();
    if (manner == Manner::goes_on) {
      if (!children.front().join(test::k_soon)) throw SystemExit(3);
      if (children.front().exitcode() != -SIGINT) throw SystemExit(4);
    }
    for (Process& child : children) child.kill();
    throw SystemExit(7);
  }
  while (g_interrupts == 0) ::usleep(1'000);
  if (manner == Manner::handler_then_exit_at_once) std::_Exit(5);
  if (manner == Manner::handler_then_kill) ::kill(::getpid(), SIGKILL);
  throw SystemExit(6);
}

class InterruptTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(test::become_parent_of_orphans()); }

  /// Runs a program, interrupts its group once all its children block, and sees all end.
  /// Returns: the program's exit code.
  int run(Manner manner) {
    Event go;
    Mailbox mailbox;
    testing::internal::CaptureStderr();
    Process program =
        get_context(StartMethod::fork).Process([&] { live(manner, mailbox.path(), go); });
    program.start();
    for (int child = 0; child < k_ways; ++child) EXPECT_EQ(mailbox.take(), "blocks");
    EXPECT_EQ(::kill(-*program.pid(), SIGINT), 0);
    // Whoever would end by it has ended when it has come to all.
    EXPECT_TRUE(test::eventually([&] { return nobody_has_it_pending(*program.pid()); }));
    go.set();
    EXPECT_TRUE(program.join(test::k_soon));
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(test::eventually([] {
      test::reap_orphans({});
      return test::descendants_of(::getpid()).empty();
    }));
    EXPECT_LT(std::chrono::steady_clock::now() - start, test::k_sanitizer ? 10s : 1s);
    // The search for leaks at a process's end may meet another of its threads at its end.
    static const std::regex k_of_sanitizer(
        "==[0-9]+==Unable to get registers from thread [0-9]+\\.\n");
    output_ = std::regex_replace(testing::internal::GetCapturedStderr(), k_of_sanitizer, "");
    return program.exitcode().value_or(99);
  }

  static bool nobody_has_it_pending(int program) {
    std::vector<int> all = test::descendants_of(program);
    all.push_back(program);
    for (const int pid : all) {
      if (test::state_of(pid) == 'Z') continue;
      std::ifstream status("/proc/" + std::to_string(pid) + "/status");
      for (std::string line; std::getline(status, line);) {
        if (line.starts_with("ShdPnd:") && line.find('2') != line.npos) return false;
      }
    }
    return true;
  }

  std::string output_;
};

TEST_F(InterruptTest, EndsAllByDefault) {
  EXPECT_EQ(run(Manner::as_by_default), -SIGINT);
  EXPECT_EQ(output_, "");
}

TEST_F(InterruptTest, AHandlerThatEndsTheProgramEndsTheChildrenWithIt) {
  EXPECT_EQ(run(Manner::handler_then_return), 6);
  EXPECT_EQ(output_, "interrupted\n");
}

/// Who waits for the lock may learn that its holder died before it ends itself, and says so.
std::string without_news_of_the_holder(const std::string& output) {
  static const std::regex k_news("Process [^\\n]*:\\n  [^\\n]*OwnerDiedError[^\\n]*\\n");
  return std::regex_replace(output, k_news, "");
}

TEST_F(InterruptTest, SoDoesOneThatLeavesAtOnce) {
  EXPECT_EQ(run(Manner::handler_then_exit_at_once), 5);
  EXPECT_EQ(without_news_of_the_holder(output_), "interrupted\n");
}

TEST_F(InterruptTest, SoDoesADeathWhileItIsHandled) {
  EXPECT_EQ(run(Manner::handler_then_kill), -SIGKILL);
  EXPECT_EQ(without_news_of_the_holder(output_), "interrupted\n");
}

TEST_F(InterruptTest, AHandlerThatGoesOnKeepsTheChildren) {
  EXPECT_EQ(run(Manner::goes_on), 7);
  EXPECT_EQ(output_, "interrupted\n");
}

TEST_F(InterruptTest, WhatTheProgramIgnoresItsChildrenIgnore) {
  EXPECT_EQ(run(Manner::ignores), 7);
  EXPECT_EQ(output_, "");
}

// A handler alone changes nothing: the program waits for its children as ever.
TEST_F(InterruptTest, WithoutItChildrenAreWaitedFor) {
  Mailbox mailbox;
  for (const StartMethod method : k_methods) {
    Process program = get_context(StartMethod::fork).Process([&] {
      set_manner(Manner::goes_on);
      get_context(method)
          .Process(
              [](const std::string& path) {
                ::usleep(50'000);  // its parent is at its end meanwhile
                Mailbox::post(path, "done");
              },
              mailbox.path())
          .start();
    });
    program.start();
    EXPECT_TRUE(program.join(test::k_soon));
    EXPECT_EQ(mailbox.take(), "done");
  }
}

}  // namespace
}  // namespace hilo::multiprocessing
