// SPDX-License-Identifier: MIT
#include "hilo/futures/wait.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "hilo/futures/errors.hpp"

namespace {

using namespace std::chrono_literals;
using hilo::futures::as_completed;
using hilo::futures::Future;
using hilo::futures::ReturnWhen;
using Futures = std::vector<Future<int>>;

std::exception_ptr an_error() { return std::make_exception_ptr(std::out_of_range("far")); }

TEST(WaitTest, WaitsForAll) {
  const Futures several(3);
  std::thread ends([&] {
    several[2].set_result(1);
    several[0].set_exception(an_error());
    several[1].cancel();
  });
  const auto [done, not_done] = hilo::futures::wait(several, 20s);
  ends.join();
  EXPECT_EQ(done, several);
  EXPECT_TRUE(not_done.empty());
}

TEST(WaitTest, TellsWhatIsNotDoneInTime) {
  const Futures all(2);
  all[1].set_result(1);
  const auto [done, not_done] = hilo::futures::wait(all, 1ms);
  EXPECT_EQ(done, Futures{all[1]});
  EXPECT_EQ(not_done, Futures{all[0]});
  EXPECT_THROW((void)hilo::futures::wait(
                   all, std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN())),
               hilo::ValueError);
}

TEST(WaitTest, ReturnsWithTheFirst) {
  const Futures all(2);
  std::thread ends([&] { all[1].set_result(1); });
  const auto [done, not_done] = hilo::futures::wait(all, 20s, ReturnWhen::first_completed);
  ends.join();
  EXPECT_EQ(done, Futures{all[1]});
}

TEST(WaitTest, ReturnsWithTheFirstError) {
  const Futures all(3);
  all[0].set_result(1);
  std::thread ends([&] { all[2].set_exception(an_error()); });
  const auto [done, not_done] = hilo::futures::wait(all, 20s, ReturnWhen::first_exception);
  ends.join();
  EXPECT_EQ(done, (Futures{all[0], all[2]}));
  EXPECT_EQ(not_done, Futures{all[1]});
}

TEST(WaitTest, MergesDuplicates) {
  const Future<int> one;
  one.set_result(1);
  const Futures twice{one, one};
  EXPECT_EQ(hilo::futures::wait(twice).done.size(), 1U);
  EXPECT_TRUE(hilo::futures::wait(Futures{}).done.empty());
}

TEST(WaitTest, CountsACancelledOneAtOnce) {
  const Futures all(1);
  std::thread ends([&] { all[0].cancel(); });
  EXPECT_EQ(hilo::futures::wait(all, 20s).done, all);
  ends.join();
}

TEST(AsCompletedTest, GivesThemInTheOrderOfTheirEnds) {
  const Futures all(3);
  all[1].set_result(1);
  std::vector<int> order;
  for (auto& future : as_completed(all, 20s)) {
    order.push_back(future.result());
    if (order.size() == 1) all[2].set_result(2);
    if (order.size() == 2) all[0].set_result(3);
  }
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(AsCompletedTest, TellsHowManyRemain) {
  const Futures all(2);
  all[0].set_result(1);
  auto steps = as_completed(all, 1ms);
  EXPECT_TRUE(steps.next());
  try {
    (void)steps.next();
    FAIL();
  } catch (const hilo::TimeoutError& error) {
    EXPECT_STREQ(error.what(), "hilo: 1 of 2 futures are not done");
  }
}

TEST(AsCompletedTest, LetsGoOfWhatItIsNotWaitingForAnyMore) {
  const Futures all(2);
  { const auto steps = as_completed(all); }
  all[0].set_result(1);  // tells nobody
  auto steps = as_completed(all);
  EXPECT_EQ(*steps.next(), all[0]);
}

}  // namespace
