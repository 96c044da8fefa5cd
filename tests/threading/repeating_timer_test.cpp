// SPDX-License-Identifier: MIT
#include "hilo/threading/repeating_timer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/event.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/semaphore.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::k_soon;
using Clock = std::chrono::steady_clock;

constexpr auto k_never = 1000h;

void do_nothing() {}

TEST(RepeatingTimerTest, CallsAgainAndAgainUntilItIsCancelled) {
  Semaphore calls(0);
  RepeatingTimer timer(1ms, [&] { calls.release(); });
  timer.start();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(calls.acquire(k_soon));
  EXPECT_TRUE(timer.is_alive());
  timer.cancel();
  EXPECT_TRUE(timer.join(k_soon));
}

TEST(RepeatingTimerTest, TheFirstCallComesAfterOneIntervalOrTheDelay) {
  const auto first_call = [](RepeatingTimerOptions options, Clock::duration interval) {
    Semaphore called(0);
    RepeatingTimer timer(options, interval, [&] { called.release(); });
    const auto took = test::time_of([&] {
      timer.start();
      EXPECT_TRUE(called.acquire(k_soon));
    });
    timer.cancel();
    EXPECT_TRUE(timer.join(k_soon));
    return took;
  };
  EXPECT_GE(first_call({}, 20ms), 20ms);
  EXPECT_GE(first_call({.delay = 20ms}, 1ms), 20ms);
  EXPECT_LT(first_call({.delay = 0s}, k_never), k_soon);
}

TEST(RepeatingTimerTest, DoesNotDrift) {
  constexpr auto k_interval = 40ms;
  std::vector<Clock::time_point> began;
  Semaphore done(0);
  RepeatingTimer timer({.delay = 0s}, k_interval, [&] {
    began.push_back(Clock::now());
    // A timer that starts anew after each call would be late by this much more each time.
    while (Clock::now() - began.back() < 14ms) continue;
    if (began.size() == 8) done.release();
  });
  timer.start();
  ASSERT_TRUE(done.acquire(k_soon));
  timer.cancel();
  ASSERT_TRUE(timer.join(k_soon));
  // Behind the grid; the median, since a busy machine may start some of them late.
  std::vector<Clock::duration> late;
  for (const auto moment : began) late.push_back((moment - began[0]) % k_interval);
  std::ranges::nth_element(late, late.begin() + 4);
  EXPECT_LT(late[4], 12ms);
}

TEST(RepeatingTimerTest, LeavesOutCallsThatComeDueDuringAnother) {
  constexpr auto k_interval = 5ms;
  Semaphore calls(0);
  int count = 0;
  const auto start = Clock::now();
  RepeatingTimer timer(k_interval, [&] {
    // The first one lasts for ten intervals.
    if (++count == 1) {
      for (const auto began = Clock::now(); Clock::now() - began < 10 * k_interval;) continue;
    }
    calls.release();
  });
  timer.start();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(calls.acquire(k_soon));
  timer.cancel();
  ASSERT_TRUE(timer.join(k_soon));
  // None of those ten is made up for.
  EXPECT_LE(count, (Clock::now() - start) / k_interval - 9);
}

TEST(RepeatingTimerTest, CanBeCancelledFromItsOwnFunction) {
  int calls = 0;
  RepeatingTimer* self = nullptr;
  RepeatingTimer timer(1ms, [&] {
    if (++calls == 3) self->cancel();
  });
  self = &timer;
  timer.start();
  ASSERT_TRUE(timer.join(k_soon));
  EXPECT_EQ(calls, 3);
}

TEST(RepeatingTimerTest, CancelIsNotWaitedForUntilTheNextCall) {
  RepeatingTimer timer(k_never, do_nothing);
  timer.start();
  timer.cancel();
  EXPECT_TRUE(timer.join(k_soon));
}

TEST(RepeatingTimerTest, ACancelledOneEndsAtItsStart) {
  std::atomic<bool> called = false;
  RepeatingTimer timer({.delay = 0s}, 1ms, [&] { called = true; });
  timer.cancel();
  timer.start();
  EXPECT_TRUE(timer.join(k_soon));
  EXPECT_FALSE(called);
}

TEST(RepeatingTimerTest, RunsInOneThreadOfItsOwn) {
  Semaphore calls(0);
  std::vector<Thread> seen;
  RepeatingTimer timer({.name = "clock", .daemon = true}, 1ms, [&] {
    if (seen.size() < 2) seen.push_back(current_thread());
    calls.release();
  });
  timer.start();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(calls.acquire(k_soon));
  timer.cancel();
  ASSERT_TRUE(timer.join(k_soon));
  EXPECT_EQ(seen[0], timer);
  EXPECT_EQ(seen[1], timer);
  EXPECT_EQ(timer.name(), "clock");
  EXPECT_TRUE(timer.daemon());
}

TEST(RepeatingTimerTest, HandsItsFunctionTheSameArgumentsEachTime) {
  Semaphore calls(0);
  int last = 0;
  RepeatingTimer timer(
      1ms,
      [&](std::unique_ptr<int>& number, int step) {
        last = *number += step;
        calls.release();
      },
      std::make_unique<int>(0), 5);
  timer.start();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(calls.acquire(k_soon));
  timer.cancel();
  ASSERT_TRUE(timer.join(k_soon));
  EXPECT_GE(last, 15);
  EXPECT_EQ(last % 5, 0);
}

TEST(RepeatingTimerTest, ADelayThatIsOverIsOverAtOnce) {
  for (const double delay : {0.0, -1.0, -std::numeric_limits<double>::infinity()}) {
    std::atomic<int> calls{0};
    RepeatingTimer timer({.delay = std::chrono::duration<double>(delay)}, 1ms, [&] { ++calls; });
    timer.start();
    EXPECT_TRUE(test::eventually([&] { return calls > 2; })) << delay;
    timer.cancel();
    EXPECT_NO_THROW(timer.result(k_soon)) << delay;
  }
}

TEST(RepeatingTimerTest, IsCancelledByARequestToStop) {
  RepeatingTimer timer(1000h, [] {});
  timer.start();
  Thread handle = timer;
  EXPECT_TRUE(handle.request_stop());
  EXPECT_TRUE(timer.join(k_soon));
}

TEST(RepeatingTimerTest, TellsAFunctionThatTakesATokenOfItsEnd) {
  Event called;
  RepeatingTimer timer(
      1ms,
      [&](const std::stop_token& cancelled, int number) {
        EXPECT_EQ(number, 7);
        called.set();
        EXPECT_TRUE(test::eventually([&] { return cancelled.stop_requested(); }));
      },
      7);
  timer.start();
  EXPECT_TRUE(called.wait(k_soon));
  timer.cancel();
  EXPECT_TRUE(timer.join(k_soon));
}

TEST(RepeatingTimerTest, AnExceptionEndsIt) {
  RepeatingTimer timer(1ms, [] { throw std::range_error("too far"); });
  testing::internal::CaptureStderr();
  timer.start();
  EXPECT_THROW(timer.result(k_soon), std::range_error);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("too far"), std::string::npos);
}

TEST(RepeatingTimerTest, IsAHandle) {
  Semaphore calls(0);
  auto first = std::make_unique<RepeatingTimer>(1ms, [&] { calls.release(); });
  RepeatingTimer second = *first;
  first->start();
  first.reset();
  EXPECT_TRUE(calls.acquire(k_soon));
  second.cancel();
  EXPECT_TRUE(second.join(k_soon));
}

TEST(RepeatingTimerTest, RefusesWhatIsNoInterval) {
  using Seconds = RepeatingTimer::Seconds;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double interval : {0.0, -1.0, nan, infinity, 1e-10, 1e-320}) {
    EXPECT_THROW(RepeatingTimer(Seconds(interval), do_nothing), ValueError) << interval;
  }
  EXPECT_THROW(RepeatingTimer({.delay = Seconds(nan)}, 1s, do_nothing), ValueError);
}

}  // namespace
}  // namespace hilo::threading
