// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/repeating_timer.hpp"
#include "hilo/threading/timer.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

// Long enough for a main thread that does not wait to be through with exit().
constexpr auto k_a_while = 100ms;

void say(const char* word) { std::fprintf(stderr, "%s;", word); }

class TimerEndDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(TimerEndDeathTest, TheProgramWaitsForAPendingTimer) {
  EXPECT_EXIT(
      {
        Timer(k_a_while, say, "rang").start();
        std::exit(3);
      },
      testing::ExitedWithCode(3), "rang;");
}

TEST_F(TimerEndDeathTest, TheProgramDoesNotWaitForADaemon) {
  EXPECT_EXIT(
      {
        Timer({.daemon = true}, 1000h, say, "never").start();
        RepeatingTimer({.daemon = true}, 1000h, say, "never").start();
        std::exit(3);
      },
      testing::ExitedWithCode(3), "^$");
}

TEST_F(TimerEndDeathTest, TheProgramDoesNotWaitForACancelledOne) {
  EXPECT_EXIT(
      {
        Timer timer(1000h, say, "never");
        timer.start();
        timer.cancel();
        RepeatingTimer repeating(1000h, say, "never");
        repeating.start();
        repeating.cancel();
        std::exit(3);
      },
      testing::ExitedWithCode(3), "^$");
}

TEST_F(TimerEndDeathTest, ATimerCanCancelAnotherAtTheEnd) {
  EXPECT_EXIT(
      {
        RepeatingTimer repeating(1000h, say, "never");
        repeating.start();
        Timer(k_a_while, [repeating]() mutable { repeating.cancel(); }).start();
        std::exit(3);
      },
      testing::ExitedWithCode(3), "^$");
}

TEST_F(TimerEndDeathTest, DaemonsFireOnWhileTheProgramEnds) {
  EXPECT_EXIT(
      {
        for (int i = 0; i < 200; ++i) {
          Timer({.daemon = true}, std::chrono::microseconds(i * 100), [] {}).start();
        }
        std::exit(0);
      },
      testing::ExitedWithCode(0), "^$");
}

TEST_F(TimerEndDeathTest, AStaticObjectCanJoinADaemonWhoseTimeComesThen) {
  struct Joiner {
    std::optional<Timer> timer;
    ~Joiner() { say(timer->join(k_soon) ? "joined" : "hangs"); }
  };
  EXPECT_EXIT(
      {
        static Joiner joiner;
        joiner.timer.emplace(ThreadOptions{.daemon = true}, k_a_while, say, "never");
        joiner.timer->start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "^joined;$");
}

TEST_F(TimerEndDeathTest, ASubclassObjectThatDiesWhilePendingIsExplained) {
  struct Bell : Timer {
    using Timer::Timer;
    void run() override { say("rang"); }
  };
  EXPECT_DEATH(Bell(1000h, [] {}).start(),
               "destroyed while its time is still to come.*cancel\\(\\) it first");
}

TEST_F(TimerEndDeathTest, RefusesTimersOnceItIsOver) {
  struct Starter {
    ~Starter() {
      try {
        Timer(0s, [] {}).start();
      } catch (const RuntimeError& error) {
        say(error.what());
      }
    }
  };
  EXPECT_EXIT(
      {
        static const Starter starter;
        Timer(0s, [] {}).start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "the program has ended");
}

}  // namespace
}  // namespace hilo::threading
