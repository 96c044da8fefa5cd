// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/repeating_timer.hpp"
#include "hilo/threading/timer.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

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
