// SPDX-License-Identifier: MIT
#include "hilo/threading/timer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <limits>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/event.hpp"
#include "hilo/threading/functions.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

constexpr auto k_never = 1000h;

void do_nothing() {}

bool is_listed(const Thread& thread) {
  const auto threads = enumerate();
  return std::ranges::find(threads, thread) != threads.end();
}

TEST(TimerTest, CallsItsFunctionWhenTheIntervalIsOver) {
  Timer timer(
      20ms, [](int left, int right) { return left + right; }, 40, 2);
  const auto took = test::time_of([&] {
    timer.start();
    EXPECT_EQ(timer.result<int>(k_soon), 42);
  });
  EXPECT_GE(took, 20ms);
}

TEST(TimerTest, AnIntervalOfZeroOrLessIsOverAtOnce) {
  for (const auto interval : {0s, -3s}) {
    Timer timer(interval, do_nothing);
    timer.start();
    EXPECT_TRUE(timer.join(k_soon));
  }
}

TEST(TimerTest, RefusesAnIntervalThatIsNotANumber) {
  const Timer::Seconds nan(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW(Timer(nan, do_nothing), ValueError);
}

TEST(TimerTest, AnInfiniteIntervalWaitsForItsCancellation) {
  Timer timer(Timer::Seconds(std::numeric_limits<double>::infinity()), do_nothing);
  timer.start();
  EXPECT_FALSE(timer.join(1ms));
  EXPECT_TRUE(timer.cancel());
  EXPECT_TRUE(timer.join(k_soon));
}

TEST(TimerTest, IsAliveFromItsStartToItsEnd) {
  Timer timer(k_never, do_nothing);
  EXPECT_FALSE(timer.is_alive());
  EXPECT_FALSE(is_listed(timer));
  const std::size_t before = active_count();
  timer.start();
  EXPECT_TRUE(timer.is_alive());
  EXPECT_TRUE(is_listed(timer));
  EXPECT_EQ(active_count(), before + 1);
  timer.cancel();
  EXPECT_FALSE(timer.is_alive());
  EXPECT_FALSE(is_listed(timer));
  EXPECT_EQ(active_count(), before);
}

TEST(TimerTest, IsAThreadOfItsOwnInItsFunction) {
  std::promise<std::pair<Thread, std::uint64_t>> seen;
  Timer timer({.name = "clock"}, 1ms, [&] { seen.set_value({current_thread(), get_ident()}); });
  EXPECT_EQ(timer.ident(), std::nullopt);
  timer.start();
  auto future = seen.get_future();
  ASSERT_EQ(future.wait_for(k_soon), std::future_status::ready);
  const auto [thread, ident] = future.get();
  EXPECT_EQ(thread, timer);
  EXPECT_EQ(thread.name(), "clock");
  EXPECT_NE(ident, get_ident());
  EXPECT_EQ(timer.ident(), ident);
  EXPECT_TRUE(timer.join(k_soon));
}

TEST(TimerTest, HasNoIdentBeforeItsTime) {
  Timer timer(k_never, do_nothing);
  timer.start();
  EXPECT_EQ(timer.ident(), std::nullopt);
  timer.cancel();
  EXPECT_EQ(timer.ident(), std::nullopt);
}

TEST(TimerTest, CancelTellsWhetherItWasInTime) {
  Timer late(0s, do_nothing);
  late.start();
  ASSERT_TRUE(late.join(k_soon));
  EXPECT_FALSE(late.cancel());

  Timer early(k_never, do_nothing);
  early.start();
  EXPECT_TRUE(early.cancel());
  EXPECT_FALSE(early.cancel());
}

TEST(TimerTest, CancelHasNoEffectOnARunningFunction) {
  Event running;
  Event go_on;
  Timer timer(0s, [&] {
    running.set();
    return go_on.wait(k_soon);
  });
  timer.start();
  ASSERT_TRUE(running.wait(k_soon));
  EXPECT_FALSE(timer.cancel());
  EXPECT_TRUE(timer.is_alive());
  go_on.set();
  EXPECT_TRUE(timer.result<bool>(k_soon));
}

TEST(TimerTest, CanBeCancelledFromItsOwnFunction) {
  std::promise<Timer*> self;
  Timer timer(0s, [future = self.get_future().share()] { return future.get()->cancel(); });
  self.set_value(&timer);
  timer.start();
  EXPECT_FALSE(timer.result<bool>(k_soon));
}

TEST(TimerTest, ACancelledOneEndsAtItsStart) {
  std::atomic<bool> called = false;
  Timer timer(0s, [&] { called = true; });
  EXPECT_TRUE(timer.cancel());
  EXPECT_THROW(timer.join(), RuntimeError);
  timer.start();
  EXPECT_TRUE(timer.join(0s));
  EXPECT_FALSE(timer.is_alive());
  EXPECT_FALSE(called);
  EXPECT_THROW(timer.start(), RuntimeError);
}

TEST(TimerTest, StartsOnceInItsLife) {
  Timer timer(k_never, do_nothing);
  timer.start();
  EXPECT_THROW(timer.start(), RuntimeError);
  EXPECT_THROW(timer.set_daemon(true), RuntimeError);
  timer.cancel();
  EXPECT_THROW(timer.start(), RuntimeError);
}

TEST(TimerTest, CancelReleasesThoseWhoJoin) {
  Timer timer(k_never, do_nothing);
  timer.start();
  Thread joiner([timer]() mutable { timer.join(); });
  Thread timed([timer]() mutable { return timer.join(k_soon); });
  joiner.start();
  timed.start();
  timer.cancel();
  EXPECT_TRUE(joiner.join(k_soon));
  EXPECT_TRUE(timed.result<bool>(k_soon));
}

TEST(TimerTest, IsAHandle) {
  std::promise<void> called;
  {
    Timer timer(1ms, [&] { called.set_value(); });
    timer.start();
  }
  EXPECT_EQ(called.get_future().wait_for(k_soon), std::future_status::ready);

  Timer timer(k_never, do_nothing);
  Timer same = timer;
  Thread as_thread = timer;
  as_thread.start();
  EXPECT_TRUE(timer.is_alive());
  EXPECT_TRUE(same.cancel());
  EXPECT_FALSE(as_thread.is_alive());
}

TEST(TimerTest, NoneFiresTooEarlyWhateverTheOrderOfStart) {
  std::vector<Timer> timers;
  std::vector<std::chrono::steady_clock::time_point> began(5);
  for (const int number : {3, 0, 4, 1, 2}) {
    timers.emplace_back(Timer::Seconds(0.03 + 0.03 * number),
                        [&began, number] { began[number] = std::chrono::steady_clock::now(); });
  }
  const auto start = std::chrono::steady_clock::now();
  for (Timer& timer : timers) timer.start();
  for (Timer& timer : timers) ASSERT_TRUE(timer.join(k_soon));
  for (int number = 0; number < 5; ++number) {
    EXPECT_GE(began[number] - start, 30ms + 30ms * number);
  }
}

TEST(TimerTest, AShorterOneIsNotHeldUpByALongerOne) {
  // Has the thread that waits for all wake up, and then fall asleep for the longer one.
  Timer first(1ms, do_nothing);
  Timer longer(k_never, do_nothing);
  longer.start();
  first.start();
  ASSERT_TRUE(first.join(k_soon));
  Timer shorter(1ms, do_nothing);
  shorter.start();
  EXPECT_TRUE(shorter.join(k_soon));
  EXPECT_TRUE(longer.is_alive());
  longer.cancel();
}

TEST(TimerTest, OneThatIsCancelledDoesNotHoldUpTheNext) {
  Timer first(5ms, do_nothing);
  first.start();
  first.cancel();
  Timer second(10ms, do_nothing);
  second.start();
  EXPECT_TRUE(second.join(k_soon));
}

TEST(TimerTest, ABlockedFunctionHoldsUpNoOther) {
  Event go_on;
  Timer blocked(0s, [&] { return go_on.wait(k_soon); });
  blocked.start();
  Timer other(1ms, do_nothing);
  other.start();
  EXPECT_TRUE(other.join(k_soon));
  go_on.set();
  EXPECT_TRUE(blocked.result<bool>(k_soon));
}

TEST(TimerTest, AFunctionMayStartTheNextTimer) {
  Timer outer(1ms, [] {
    Timer inner(1ms, do_nothing);
    inner.start();
    return inner.join(k_soon);
  });
  outer.start();
  EXPECT_TRUE(outer.result<bool>(k_soon));
}

TEST(TimerTest, ResultThrowsWhatLeftTheFunction) {
  Timer timer(0s, [] { throw std::range_error("too far"); });
  testing::internal::CaptureStderr();
  timer.start();
  EXPECT_THROW(timer.result(k_soon), std::range_error);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("too far"), std::string::npos);
}

TEST(TimerTest, TakesMoveOnlyArgumentsAndAStopToken) {
  Timer timer(
      0s,
      [](std::stop_token stop, std::unique_ptr<int> number) {
        return stop.stop_possible() ? *number : 0;
      },
      std::make_unique<int>(7));
  timer.start();
  EXPECT_EQ(timer.result<int>(k_soon), 7);
}

TEST(TimerTest, InheritsWhetherItIsADaemon) {
  bool inherited = false;
  Thread daemon({.daemon = true}, [&] { inherited = Timer(0s, do_nothing).daemon(); });
  daemon.start();
  ASSERT_TRUE(daemon.join(k_soon));
  EXPECT_TRUE(inherited);
  EXPECT_FALSE(Timer(0s, do_nothing).daemon());
}

TEST(TimerTest, CallsTheRunOfASubclassThatIsKeptAlive) {
  struct Alarm : Timer {
    explicit Alarm(std::promise<std::string>& promise) : Timer(1ms, do_nothing), text(promise) {}
    void run() override {
      Timer::run();
      text.set_value("rang");
    }
    std::promise<std::string>& text;
  };
  std::promise<std::string> text;
  std::make_shared<Alarm>(text)->start();
  auto future = text.get_future();
  ASSERT_EQ(future.wait_for(k_soon), std::future_status::ready);
  EXPECT_EQ(future.get(), "rang");
}

TEST(TimerTest, ManyFireAndManyAreCancelledAtOnce) {
  constexpr int k_threads = 4;
  constexpr int k_timers = 200;
  std::atomic<int> called = 0;
  std::atomic<int> cancelled = 0;
  test::in_threads(k_threads, [&](int number) {
    std::vector<Timer> timers;
    for (int i = 0; i < k_timers; ++i) {
      timers.emplace_back(std::chrono::microseconds(100 * ((i * 7 + number) % 50)),
                          [&] { ++called; });
      timers.back().start();
      // Half of them while the schedule may be taking them.
      if (i % 2 == 1 && timers[i / 2].cancel()) ++cancelled;
    }
    for (Timer& timer : timers) EXPECT_TRUE(timer.join(k_soon));
  });
  EXPECT_EQ(called + cancelled, k_threads * k_timers);
}

}  // namespace
}  // namespace hilo::threading
