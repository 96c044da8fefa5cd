// SPDX-License-Identifier: MIT
// What only fork offers, and what only fork can get wrong.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "helpers/mailbox.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/os.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::Mailbox;

const Context k_fork(StartMethod::fork);

int end_of(Process& process) {
  if (!process.join(20s)) process.kill();
  process.join();
  return *process.exitcode();
}

TEST(ProcessForkTest, ClosuresGoAlong) {
  int value = 3;
  const std::function<void()> change = [&value] { throw SystemExit(++value); };
  Process process = k_fork.Process(change);
  process.start();
  EXPECT_EQ(end_of(process), 4);
  EXPECT_EQ(value, 3);
}

class Subclass : public Process {
 public:
  explicit Subclass(int code) : Process({.name = "Subclass"}), code_(code) {}
  void run() override { throw SystemExit(name() == "Subclass" ? code_ : 1); }

 private:
  int code_;
};

TEST(ProcessForkTest, SubclassOverridesRun) {
  Subclass process(8);
  process.start();
  EXPECT_EQ(end_of(process), 8);
}

int g_destroyed = 0;
struct CountsItsEnd {
  ~CountsItsEnd() { ++g_destroyed; }
};

// Nothing of the parent's frames or exit handlers runs in the child.
TEST(ProcessForkTest, ChildEndsNothingOfItsParent) {
  Mailbox mailbox;
  static std::string path;
  path = mailbox.path();
  static const int creator = ::getpid();
  std::atexit([] {
    if (::getpid() != creator) Mailbox::post(path, "the parent's handler");
  });
  {
    const CountsItsEnd local;
    for (const bool by_exit : {false, true}) {
      Process process = k_fork.Process([by_exit] {
        std::atexit([] { Mailbox::post(path, "the child's handler"); });
        if (by_exit) std::exit(5);
        throw SystemExit(g_destroyed);
      });
      process.start();
      EXPECT_EQ(end_of(process), by_exit ? 5 : 0);
    }
  }
  EXPECT_EQ(mailbox.take(), "the child's handler");
  EXPECT_EQ(mailbox.take(10ms), "(nothing)");
}

TEST(ProcessForkTest, InheritedHandlesAreTheParents) {
  Process sibling = k_fork.Process([] { ::pause(); });
  sibling.start();
  Process unstarted = k_fork.Process([] {});
  Process process = k_fork.Process([&] {
    int refused = 0;
    const auto refuses = [&refused](auto action) {
      try {
        action();
      } catch (const RuntimeError&) {
        ++refused;
      }
    };
    refuses([&] { sibling.join(); });
    refuses([&] { sibling.kill(); });
    refuses([&] { sibling.terminate(); });
    refuses([&] { (void)sibling.is_alive(); });
    refuses([&] { (void)sibling.sentinel(); });
    refuses([&] { sibling.close(); });
    refuses([&] { unstarted.start(); });
    if (!active_children().empty()) ++refused;
    throw SystemExit(refused);
  });
  process.start();
  EXPECT_EQ(end_of(process), 7);
  EXPECT_TRUE(sibling.is_alive());
  sibling.kill();
  EXPECT_EQ(end_of(sibling), -9);
}

TEST(ProcessForkTest, BareForkGoesOnAsItself) {
  Process before = k_fork.Process([] { ::pause(); });
  before.start();
  const int pid = os::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    bool right = current_process().name() == "MainProcess" &&
                 current_process().pid() == ::getpid() && active_children().empty();
    Process own = k_fork.Process([] { throw SystemExit(4); });
    own.start();
    own.join();
    right = right && own.exitcode() == 4;
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  before.kill();
  before.join();
}

TEST(ProcessForkTest, BareForkKeepsItsParent) {
  Process process = k_fork.Process([] {
    if (const int pid = os::fork(); pid != 0) {
      int status = 1;
      ::waitpid(pid, &status, 0);
      throw SystemExit(WEXITSTATUS(status));
    }
    Process parent = *parent_process();
    const bool alive = parent.is_alive() && !parent.join(1ms);
    ::_exit(alive ? 0 : 1);
  });
  process.start();
  EXPECT_EQ(end_of(process), 0);
}

TEST(ProcessForkTest, ThreadsStartProcessesAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  testing::internal::CaptureStderr();  // the warning about threads
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&right, i] {
      for (int round = 0; round < 10; ++round) {
        Process process = k_fork.Process({.daemon = round % 2 == 0}, [i] { throw SystemExit(i); });
        process.start();
        if (end_of(process) == i) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  (void)testing::internal::GetCapturedStderr();
  EXPECT_EQ(right, 40);
}

}  // namespace
}  // namespace hilo::multiprocessing
