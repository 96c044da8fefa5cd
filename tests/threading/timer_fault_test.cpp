// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>

#include "helpers/eventually.hpp"
#include "hilo/threading/event.hpp"
#include "hilo/threading/excepthook.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/timer.hpp"
#include "os/faults.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

// In its own process, which has no thread that waits for timers yet.
TEST(TimerFaultDeathTest, AStartThatTheSystemRefusesChangesNothing) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        Timer timer(0s, [] { return 3; });
        {
          const os::FaultGuard fault("start_native_thread", EAGAIN);
          try {
            timer.start();
          } catch (const std::system_error& error) {
            if (error.code().value() != EAGAIN) std::_Exit(1);
          }
        }
        if (timer.is_alive() || active_count() != 1) std::_Exit(2);
        timer.start();
        std::exit(timer.result<int>(k_soon));
      },
      testing::ExitedWithCode(3), "");
}

TEST(TimerFaultTest, EndsWithTheErrorIfTheSystemRefusesItsThreadLater) {
  Timer first(0s, [] {});
  first.start();
  ASSERT_TRUE(first.join(k_soon));

  Event told;
  const ExceptHook before = set_excepthook([&](const ExceptHookArgs& args) {
    default_excepthook(args);
    told.set();
  });
  Timer timer({.name = "refused"}, 1ms, [] {});
  testing::internal::CaptureStderr();
  {
    const os::FaultGuard fault("start_native_thread", EAGAIN);
    timer.start();
    EXPECT_TRUE(timer.join(k_soon));
  }
  EXPECT_TRUE(told.wait(k_soon));
  set_excepthook(before);
  EXPECT_THROW(timer.result(), std::system_error);
  EXPECT_FALSE(timer.is_alive());
  EXPECT_FALSE(timer.cancel());
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("refused"), std::string::npos) << text;
}

TEST(TimerFaultTest, AHookMayJoinTheTimerThatTheSystemRefused) {
  Timer first(0s, [] {});
  first.start();
  ASSERT_TRUE(first.join(k_soon));

  Event told;
  const ExceptHook before = set_excepthook([&](const ExceptHookArgs& args) {
    Thread refused = args.thread;
    if (refused.join(k_soon)) told.set();
  });
  {
    const os::FaultGuard fault("start_native_thread", EAGAIN);
    Timer(1ms, [] {}).start();
    EXPECT_TRUE(told.wait(k_soon));
  }
  set_excepthook(before);
  Timer next(1ms, [] { return 4; });
  next.start();
  EXPECT_EQ(next.result<int>(k_soon), 4);
}

}  // namespace
}  // namespace hilo::threading
