// SPDX-License-Identifier: MIT
// What a thread leaves behind: what its target returned, or threw.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/threading/event.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;

TEST(ThreadResultTest, ResultIsWhatTheTargetReturned) {
  Thread thread([] { return std::string("done"); });
  thread.start();
  EXPECT_EQ(thread.result<std::string>(), "done");
  EXPECT_EQ(thread.result<std::string>(), "done");
  EXPECT_NO_THROW(thread.result());
}

TEST(ThreadResultTest, ResultThatCannotBeCopiedIsHandedOutOnce) {
  Thread thread([] { return std::make_unique<int>(9); });
  thread.start();
  EXPECT_EQ(*thread.result<std::unique_ptr<int>>(), 9);
  EXPECT_THROW(thread.result<std::unique_ptr<int>>(), RuntimeError);
}

/// Calls `during_move` while it is moved, once.
struct Watched {
  static inline std::function<void()> during_move;
  Watched() = default;
  Watched(Watched&&) noexcept {
    if (const auto call = std::exchange(during_move, nullptr)) call();
  }
};

TEST(ThreadResultTest, ResultThatIsBeingHandedOutIsNotGivenToASecondCaller) {
  Thread thread([] { return Watched(); });
  thread.start();
  thread.join();
  Watched::during_move = [&] { EXPECT_THROW(thread.result<Watched>(), RuntimeError); };
  EXPECT_NO_THROW(thread.result<Watched>());
  EXPECT_FALSE(Watched::during_move);
}

TEST(ThreadResultTest, ResultHasOneType) {
  Thread number([] { return 1; });
  number.start();
  try {
    number.result<double>();
    FAIL() << "gave an int as a double";
  } catch (const RuntimeError& error) {
    EXPECT_NE(std::string(error.what()).find("returns int, not double"), std::string::npos)
        << error.what();
  }
  Thread nothing([] {});
  nothing.start();
  EXPECT_THROW(nothing.result<int>(), RuntimeError);
}

TEST(ThreadResultTest, ResultGivesUpInTime) {
  Event gone;
  Thread held([&gone] { gone.wait(); });
  held.start();
  EXPECT_THROW(held.result(1ms), TimeoutError);
  gone.set();
  held.join();
  EXPECT_THROW(Thread([] {}).result(), RuntimeError);
}

struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TEST(ThreadResultTest, AnExceptionIsPrintedAndKept) {
  testing::internal::CaptureStderr();
  Thread thread({.name = "worker"}, [] { throw Trouble("no such thing"); });
  thread.start();
  thread.join();
  const std::string printed = testing::internal::GetCapturedStderr();
  EXPECT_NE(printed.find("Exception in thread worker:\n"), std::string::npos) << printed;
  EXPECT_NE(printed.find("Trouble: no such thing\n"), std::string::npos) << printed;
  EXPECT_THROW(thread.result(), Trouble);
}

TEST(ThreadResultTest, AnExceptionOfAnyTypeIsPrinted) {
  testing::internal::CaptureStderr();
  Thread thread([] { throw 5; });
  thread.start();
  EXPECT_THROW(thread.result(), int);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("int: 5"), std::string::npos);
}

TEST(ThreadResultTest, SystemExitIsSilent) {
  testing::internal::CaptureStderr();
  Thread thread([] { throw SystemExit(3); });
  thread.start();
  thread.join();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THROW(thread.result(), SystemExit);
}

}  // namespace
}  // namespace hilo::threading
