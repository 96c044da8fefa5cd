// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "helpers/eventually.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/repeating_timer.hpp"
#include "hilo/threading/timer.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

/// Whether the thread that waits for all timers is there.
bool somebody_waits_for_timers() {
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    if (name == "hilo timers") return true;
  }
  return false;
}

// After pthread_exit() in main() a process ends with its last thread.
TEST(TimerThreadTest, EndsWhenNothingIsPendingAndComesAgain) {
  Timer pending(1000h, [] {});
  Timer fires(1ms, [] {});
  pending.start();
  fires.start();
  EXPECT_TRUE(fires.join(k_soon));
  EXPECT_TRUE(test::eventually(somebody_waits_for_timers));
  EXPECT_TRUE(pending.cancel());
  EXPECT_TRUE(test::eventually([] { return !somebody_waits_for_timers(); }));

  Timer again(0s, [] { return 5; });
  again.start();
  EXPECT_EQ(again.result<int>(k_soon), 5);
  EXPECT_TRUE(test::eventually([] { return !somebody_waits_for_timers(); }));
}

class TimerForkDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "fast"; }
};

// EXPECT_EXIT forks: its statement is the child.

TEST_F(TimerForkDeathTest, TheChildHasNonePendingAndCanStartItsOwn) {
  Timer pending(1000h, [] {});
  Timer idle(1ms, [] { return 7; });
  pending.start();
  EXPECT_EXIT(
      {
        if (pending.is_alive() || pending.cancel() || active_count() != 1) std::_Exit(1);
        if (!pending.join(0s)) std::_Exit(2);
        try {
          pending.result();
          std::_Exit(3);
        } catch (const RuntimeError&) {
          // it runs in the parent only
        }
        idle.start();
        std::exit(idle.result<int>(k_soon));  // which waits for no timer of the parent
      },
      testing::ExitedWithCode(7), "");
  EXPECT_TRUE(pending.is_alive());
  EXPECT_TRUE(pending.cancel());
}

TEST_F(TimerForkDeathTest, AFunctionThatForksIsAloneInTheChild) {
  Timer timer(0s, [] {
    EXPECT_EXIT(
        {
          Timer inner(1ms, [] { return 5; });
          inner.start();
          std::_Exit(current_thread() == main_thread() ? inner.result<int>(k_soon) : 1);
        },
        testing::ExitedWithCode(5), "");
  });
  timer.start();
  EXPECT_TRUE(timer.join(k_soon));
}

TEST_F(TimerForkDeathTest, TheChildEndsWithTheTargetOfTheThreadThatForked) {
  if (test::k_address_sanitizer) GTEST_SKIP() << "the child would end with false leaks";
  Timer timer(0s, [] {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(static_cast<unsigned>(k_soon.count()));
      Timer(0s, [] {}).start();
      Timer({.daemon = true}, 1000h, [] {}).start();
      return -1;
    }
    int status = -1;
    return ::waitpid(child, &status, 0) == child ? status : -1;
  });
  timer.start();
  EXPECT_EQ(timer.result<int>(), 0);
}

TEST_F(TimerForkDeathTest, ForksWhileTimersComeAndGo) {
  RepeatingTimer churner(100us, [] {
    Timer fires(0s, [] {});
    Timer cancelled(1000h, [] {});
    fires.start();
    cancelled.start();
    cancelled.cancel();
    fires.join();
  });
  churner.start();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EXIT(
        {
          Timer fires(0s, [] { return 3; });
          fires.start();
          std::_Exit(fires.result<int>(k_soon));
        },
        testing::ExitedWithCode(3), "");
  }
  churner.cancel();
  EXPECT_TRUE(churner.join(k_soon));
}

}  // namespace
}  // namespace hilo::threading
