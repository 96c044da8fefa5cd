// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "helpers/eventually.hpp"
#include "sync/mortal_scope.hpp"

namespace hilo::detail::sync {
namespace {

using test::MortalScope, test::as_process, test::eventually, test::kill_process,
    test::start_process;

/// Waiters that play processes 2, 3, ... in this order. The killed ones wait on, unheard, until the
/// end: as the slot of a killed process does.
class ConditionDeathTest : public testing::Test {
 protected:
  template <class Step>
  auto locked(Step&& step) {
    EXPECT_TRUE(lock_.acquire(Deadline::never()));
    auto result = step();
    lock_.release();
    return result;
  }
  void wait_as(std::uint32_t number) {
    const std::uint32_t before = condition_.waiters();
    waiters_.push_back(start_process(number, [this, number] {
      ASSERT_TRUE(lock_.acquire(Deadline::never()));
      if (condition_.wait(lock_, Deadline::after(test::k_soon)) && !ended_)
        woken_.push_back(number);
      lock_.release();
    }));
    EXPECT_TRUE(eventually([&] { return condition_.waiters() == before + 1; }));
    locked([] { return 0; });  // it has given the lock up too: killed now, it holds nothing
  }
  void notify(int count) {
    locked([&] { return condition_.notify(lock_, count), 0; });
  }
  std::vector<std::uint32_t> woken(std::size_t count) {
    EXPECT_TRUE(eventually([&] { return locked([&] { return woken_.size() >= count; }); }));
    return locked([&] { return woken_; });
  }
  void TearDown() override {
    for (std::uint32_t number = 0; number < MortalScope::k_processes; ++number)
      test::revive_process(number);
    locked([&] { return ended_ = true, condition_.notify_all(lock_), 0; });
    for (std::thread& waiter : waiters_) waiter.join();
    condition_.destroy();
  }

  Lock<MortalScope> lock_{};
  Condition<MortalScope> condition_{};
  std::vector<std::uint32_t> woken_;
  std::vector<std::thread> waiters_;
  bool ended_ = false;
};

TEST_F(ConditionDeathTest, ANotificationGoesToTheLongestLivingWaiter) {
  for (std::uint32_t number = 2; number < 7; ++number) wait_as(number);
  kill_process(2);
  kill_process(4);
  EXPECT_EQ(condition_.waiters(), 3U);
  notify(1);
  EXPECT_EQ(woken(1), (std::vector<std::uint32_t>{3}));
  notify(1);
  EXPECT_EQ(woken(2), (std::vector<std::uint32_t>{3, 5}));
  EXPECT_EQ(condition_.waiters(), 1U);
}

TEST_F(ConditionDeathTest, NotifyWaitsForNobody) {
  wait_as(2);
  kill_process(2);
  notify(5);
  locked([&] { return condition_.notify_all(lock_), 0; });
  EXPECT_EQ(condition_.waiters(), 0U);
}

TEST_F(ConditionDeathTest, ManyMayWait) {
  for (std::uint32_t number = 2; number < 42; ++number) wait_as(number);
  EXPECT_EQ(condition_.waiters(), 40U);
  notify(3);
  EXPECT_EQ(woken(3).size(), 3U);
  EXPECT_EQ(condition_.waiters(), 37U);
  locked([&] { return condition_.notify_all(lock_), 0; });
  EXPECT_EQ(woken(40).size(), 40U);
}

}  // namespace
}  // namespace hilo::detail::sync
