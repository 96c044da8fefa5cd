// SPDX-License-Identifier: MIT
#include "hilo/futures/future.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <coroutine>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/futures/errors.hpp"

namespace {

using namespace std::chrono_literals;
using hilo::futures::Future;

std::exception_ptr an_error() { return std::make_exception_ptr(std::out_of_range("far")); }

TEST(FutureTest, BeginsPending) {
  const Future<int> future;
  EXPECT_FALSE(future.done());
  EXPECT_FALSE(future.running());
  EXPECT_FALSE(future.cancelled());
  EXPECT_THROW((void)future.result(0s), hilo::TimeoutError);
  EXPECT_THROW((void)future.exception(1ms), hilo::TimeoutError);
  EXPECT_FALSE(future.wait(1ms));
}

TEST(FutureTest, HasItsResultAsOftenAsAsked) {
  const Future<std::string> future;
  ASSERT_TRUE(future.set_running_or_notify_cancel());
  EXPECT_TRUE(future.running());
  future.set_result("yes");
  EXPECT_TRUE(future.done());
  EXPECT_EQ(future.result(), "yes");
  EXPECT_EQ(future.result(1s), "yes");
  EXPECT_EQ(future.exception(), nullptr);
}

TEST(FutureTest, HandsOutOnceWhatCannotBeCopied) {
  const Future<std::unique_ptr<int>> future;
  future.set_result(std::make_unique<int>(7));
  EXPECT_EQ(*future.result(), 7);
  EXPECT_THROW((void)future.result(), hilo::RuntimeError);
}

TEST(FutureTest, ThrowsTheErrorWithItsType) {
  const Future<void> future;
  future.set_exception(an_error());
  EXPECT_THROW(future.result(), std::out_of_range);
  EXPECT_THROW(std::rethrow_exception(future.exception()), std::out_of_range);
}

TEST(FutureTest, FailsWithAnErrorOnly) {
  EXPECT_THROW(Future<int>().set_exception(nullptr), hilo::ValueError);
}

TEST(FutureTest, TakesOneResultOnly) {
  const Future<int> future;
  future.set_result(1);
  EXPECT_THROW(future.set_result(2), hilo::futures::InvalidStateError);
  EXPECT_THROW(future.set_exception(an_error()), hilo::futures::InvalidStateError);
  EXPECT_THROW((void)future.set_running_or_notify_cancel(), hilo::RuntimeError);
  EXPECT_EQ(future.result(), 1);
}

TEST(FutureTest, IsCancelledWhilePendingOnly) {
  const Future<int> pending;
  EXPECT_TRUE(pending.cancel());
  EXPECT_TRUE(pending.cancel());
  EXPECT_TRUE(pending.done());
  EXPECT_THROW((void)pending.result(), hilo::futures::CancelledError);
  EXPECT_THROW((void)pending.exception(), hilo::futures::CancelledError);
  EXPECT_FALSE(pending.set_running_or_notify_cancel());
  EXPECT_THROW(pending.set_result(1), hilo::futures::InvalidStateError);

  const Future<int> running;
  ASSERT_TRUE(running.set_running_or_notify_cancel());
  EXPECT_FALSE(running.cancel());
  running.set_result(1);
  EXPECT_FALSE(running.cancel());
}

TEST(FutureTest, WakesAllWhoWait) {
  const Future<int> future;
  std::atomic<int> sum{0};
  std::thread ends([&] { future.set_result(5); });
  hilo::test::in_threads(3, [&](int) { sum += future.result(20s); });
  ends.join();
  EXPECT_EQ(sum, 15);
}

TEST(FutureTest, CallsBackInOrderOfRegistration) {
  const Future<int> future;
  std::vector<int> calls;
  for (int number : {1, 2, 3}) {
    future.add_done_callback(
        [&, number](Future<int>& done) { calls.push_back(number * done.result()); });
  }
  EXPECT_TRUE(calls.empty());
  future.set_result(10);
  EXPECT_EQ(calls, (std::vector{10, 20, 30}));
  future.add_done_callback([&](auto&) { calls.push_back(4); });
  EXPECT_EQ(calls.back(), 4);
}

TEST(FutureTest, CallsBackWhenItIsCancelled) {
  const Future<int> future;
  bool cancelled = false;
  future.add_done_callback([&](Future<int>& done) { cancelled = done.cancelled(); });
  future.cancel();
  EXPECT_TRUE(cancelled);
}

TEST(FutureTest, PrintsWhatACallbackThrows) {
  const Future<int> future;
  bool called = false;
  future.add_done_callback([](auto&) { throw std::runtime_error("of a callback"); });
  future.add_done_callback([&](auto&) { called = true; });
  ::testing::internal::CaptureStderr();
  future.set_result(1);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("of a callback"), std::string::npos);
  EXPECT_TRUE(called);
}

TEST(FutureTest, TellsEachCallbackOnceWhileItEnds) {
  for (int round = 0; round < 200; ++round) {
    const Future<int> future;
    std::atomic<int> calls{0};
    hilo::test::in_threads(3, [&](int number) {
      if (number == 0) {
        future.set_result(1);
      } else {
        for (int i = 0; i < 10; ++i) future.add_done_callback([&](auto&) { ++calls; });
      }
    });
    ASSERT_TRUE(hilo::test::eventually([&] { return calls == 20; }));
  }
}

TEST(FutureTest, IsAStdFutureToo) {
  const Future<int> good;
  const Future<void> bad;
  std::future<int> same = good.to_std();
  std::future<void> same_bad = bad.to_std();
  good.set_result(3);
  bad.set_exception(an_error());
  EXPECT_EQ(same.get(), 3);
  EXPECT_THROW(same_bad.get(), std::out_of_range);
}

struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
};

Detached add(Future<int> a, Future<int> b, int& sum) { sum = co_await a + co_await b; }

TEST(FutureTest, CanBeAwaited) {
  const Future<int> a;
  const Future<int> b;
  int sum = 0;
  add(a, b, sum);
  b.set_result(2);
  EXPECT_EQ(sum, 0);
  a.set_result(40);
  EXPECT_EQ(sum, 42);
}

}  // namespace
