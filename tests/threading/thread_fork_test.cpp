// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/threading/excepthook.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {
namespace {

/// In a forked child: ends it, with a word on what went wrong if anything did.
[[noreturn]] void leave(const std::vector<std::pair<const char*, bool>>& checks) {
  int code = 0;
  for (const auto& [what, right] : checks) {
    if (!right) std::fprintf(stderr, "wrong in the child: %s\n", what);
    if (!right) code = 1;
  }
  std::_Exit(code);
}

TEST(ThreadExitTest, AnExceptHookMayEndItsThread) {
  const ExceptHook before = set_excepthook([](const ExceptHookArgs&) { ::pthread_exit(nullptr); });
  Thread thread([] { throw 1; });
  thread.start();
  thread.join();
  EXPECT_THROW(thread.result(), int);
  set_excepthook(before);
}

class ThreadForkDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "fast"; }
};

// EXPECT_EXIT forks: its statement is the child.

TEST_F(ThreadForkDeathTest, TheCallerIsAloneAndMain) {
  std::promise<void> gate;
  Thread other([go = gate.get_future()] {
    go.wait();
    return 1;
  });
  other.start();
  Thread finished([] { return 2; });
  finished.start();
  finished.join();
  EXPECT_EXIT(
      {
        bool refused = false;
        try {
          other.result<int>();
        } catch (const RuntimeError&) {
          refused = true;
        }
        other.join();
        Thread fresh([] { return 3; });
        fresh.start();
        leave({{"main", current_thread() == main_thread()},
               {"name", current_thread().name() == "MainThread"},
               {"ident", main_thread().ident() == get_ident()},
               {"count", active_count() <= 2},
               {"other", !other.is_alive()},
               {"no result", refused},
               {"kept result", finished.result<int>() == 2},
               {"new thread", fresh.result<int>() == 3}});
      },
      testing::ExitedWithCode(0), "");
  EXPECT_TRUE(other.is_alive());
  gate.set_value();
  EXPECT_EQ(other.result<int>(), 1);
}

TEST_F(ThreadForkDeathTest, AThreadThatForksBecomesMain) {
  Thread forker({.name = "forker", .daemon = true}, [] {
    EXPECT_EXIT(
        {
          Thread fresh([] { return 3; });
          fresh.start();
          leave({{"main", current_thread() == main_thread()},
                 {"name", main_thread().name() == "forker"},
                 {"daemon", !main_thread().daemon() && !fresh.daemon()},
                 {"alive", main_thread().is_alive()},
                 {"count", active_count() <= 2},
                 {"new thread", fresh.result<int>() == 3}});
        },
        testing::ExitedWithCode(0), "");
  });
  forker.start();
  forker.join();
}

TEST_F(ThreadForkDeathTest, TheChildOfAForeignThreadHasAMainThread) {
  std::thread foreign([] {
    static_cast<void>(current_thread());
    EXPECT_EXIT(leave({{"main", current_thread() == main_thread()},
                       {"name", main_thread().name() == "MainThread"}}),
                testing::ExitedWithCode(0), "");
  });
  foreign.join();
}

TEST_F(ThreadForkDeathTest, TheChildsEndWaitsForItsThreadsOnly) {
  std::promise<void> gate;
  Thread other([go = gate.get_future()] { go.wait(); });
  other.start();
  EXPECT_EXIT(
      {
        Thread([] { std::fprintf(stderr, "worked"); }).start();
        std::exit(5);
      },
      testing::ExitedWithCode(5), "worked");
  gate.set_value();
  other.join();
}

TEST_F(ThreadForkDeathTest, ForksWhileThreadsComeAndGo) {
  std::atomic<bool> stop{false};
  std::vector<Thread> churners;
  for (int i = 0; i < 3; ++i) {
    churners.emplace_back([&stop] {
      while (!stop) {
        Thread inner([] {});
        inner.start();
        inner.join();
      }
    });
    churners.back().start();
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EXIT(leave({{"count", active_count() == 1}}), testing::ExitedWithCode(0), "");
  }
  stop = true;
  for (Thread& churner : churners) churner.join();
}

}  // namespace
}  // namespace hilo::threading
