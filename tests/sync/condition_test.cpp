// SPDX-License-Identifier: MIT
#include HILO_MODULE_HEADER

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"

namespace hilo::HILO_MODULE {
namespace {

using namespace std::chrono_literals;
using test::eventually, test::in_threads, test::k_soon, test::time_of;

/// A Condition over each lock it can have.
template <class Owned>
struct Over {
  Owned lock;
  Condition condition{lock};
};
struct OverItsOwn {
  Condition condition;
};
template <class Kind>
class ConditionTest : public testing::Test {
 protected:
  Kind parts_;
  Condition& condition_ = parts_.condition;
};
using Kinds = testing::Types<OverItsOwn, Over<Lock>, Over<RLock>>;
TYPED_TEST_SUITE(ConditionTest, Kinds);

TYPED_TEST(ConditionTest, IsItsLock) {
  auto& condition = this->condition_;
  EXPECT_FALSE(condition.locked());
  condition.acquire();
  EXPECT_TRUE(condition.locked());
  in_threads(1, [&](int) {
    EXPECT_FALSE(condition.acquire(false));
    EXPECT_FALSE(condition.acquire(1ms));
  });
  condition.release();
  EXPECT_THROW(condition.release(), RuntimeError);
  EXPECT_FALSE(condition.locked());
}

TYPED_TEST(ConditionTest, WantsItsLockHeld) {
  auto& condition = this->condition_;
  EXPECT_THROW(condition.wait(), RuntimeError);
  EXPECT_THROW(condition.wait(1ms), RuntimeError);
  EXPECT_THROW(condition.wait_for([] { return false; }), RuntimeError);
  EXPECT_THROW(condition.notify(), RuntimeError);
  EXPECT_THROW(condition.notify_all(), RuntimeError);
}

TYPED_TEST(ConditionTest, TimesOutWithTheLockHeld) {
  auto& condition = this->condition_;
  const std::scoped_lock guard(condition);
  EXPECT_FALSE(condition.wait(0s));
  EXPECT_FALSE(condition.wait(-1s));
  EXPECT_GE(time_of([&] { EXPECT_FALSE(condition.wait(20ms)); }), 20ms);
  EXPECT_TRUE(condition.locked());
}

TYPED_TEST(ConditionTest, WaitForReturnsWhatThePredicateSaidLast) {
  auto& condition = this->condition_;
  const std::scoped_lock guard(condition);
  EXPECT_TRUE(condition.wait_for([] { return true; }));
  EXPECT_FALSE(condition.wait_for([] { return false; }, 5ms));
  int calls = 0;
  EXPECT_EQ(condition.wait_for([&] { return ++calls > 1 ? 42 : 0; }, 1ms), 42);
  EXPECT_EQ(condition.wait_for([] { return std::optional(7); }), 7);
}

/// `count` threads that wait for one notification each and then write their number down.
class Waiters {
 public:
  Waiters(Condition& condition, int count) : condition_(condition) {
    for (int number = 0; number < count; ++number) {
      threads_.emplace_back([this, number] {
        const std::scoped_lock guard(condition_);
        ++waiting_;
        if (condition_.wait(k_soon)) woken_.push_back(number);
      });
      // So they come in the order of their numbers: who counts itself holds the lock until it
      // waits.
      EXPECT_TRUE(eventually([&] { return locked([&] { return waiting_ == number + 1; }); }));
    }
  }
  ~Waiters() {
    locked([&] { return condition_.notify_all(), true; });
    for (std::thread& thread : threads_) thread.join();
  }
  std::vector<int> woken() {
    std::vector<int> woken;
    locked([&] { return woken = woken_, true; });
    return woken;
  }
  template <class Step>
  bool locked(Step&& step) {
    const std::scoped_lock guard(condition_);
    return step();
  }

 private:
  Condition& condition_;
  int waiting_ = 0;
  std::vector<int> woken_;
  std::vector<std::thread> threads_;
};

TYPED_TEST(ConditionTest, NotifyWakesExactlySoManyInTheirOrder) {
  auto& condition = this->condition_;
  Waiters waiters(condition, 7);
  const auto woken = [&](std::size_t count) {
    return eventually([&] { return waiters.woken().size() >= count; });
  };
  waiters.locked([&] { return condition.notify(0), condition.notify(-3), true; });
  EXPECT_TRUE(waiters.woken().empty());
  waiters.locked([&] { return condition.notify(), true; });
  EXPECT_TRUE(woken(1));
  EXPECT_EQ(waiters.woken(), std::vector{0});
  waiters.locked([&] { return condition.notify(2), true; });
  EXPECT_TRUE(woken(3));
  std::vector<int> order = waiters.woken();
  std::sort(order.begin(), order.end());  // they compete for the lock
  EXPECT_EQ(order, (std::vector{0, 1, 2}));
  waiters.locked([&] { return condition.notify(100), true; });
  EXPECT_TRUE(woken(7));
  waiters.locked([&] { return condition.notify(), true; });  // is not kept for later
}

TYPED_TEST(ConditionTest, NotifyAllWakesAll) {
  auto& condition = this->condition_;
  Waiters waiters(condition, 20);
  waiters.locked([&] { return condition.notify_all(), true; });
  EXPECT_TRUE(eventually([&] { return waiters.woken().size() == 20; }));
}

TYPED_TEST(ConditionTest, LosesNoNotification) {
  auto& condition = this->condition_;
  std::deque<int> items;
  long sum = 0;
  constexpr int k_each = 5'000;
  in_threads(4, [&](int number) {
    for (int i = 0; i < k_each; ++i) {
      const std::scoped_lock guard(condition);
      if (number % 2 == 0) {
        items.push_back(1);
        condition.notify();
      } else {
        ASSERT_TRUE(condition.wait_for([&] { return !items.empty(); }, k_soon));
        sum += items.front();
        items.pop_front();
      }
    }
  });
  EXPECT_EQ(sum, 2 * k_each);
}

TYPED_TEST(ConditionTest, ANotificationIsEitherSeenOrLeftForAnother) {
  // Waiters give up all the time. What they report must add up to what was notified, or less where
  // nobody waited.
  auto& condition = this->condition_;
  long notified = 0;
  long seen = 0;
  in_threads(4, [&](int number) {
    for (int i = 0; i < 2'000; ++i) {
      const std::scoped_lock guard(condition);
      if (number == 0) {
        condition.notify();
        ++notified;
      } else {
        seen += condition.wait(std::chrono::microseconds(i % 40));
      }
    }
  });
  EXPECT_LE(seen, notified);
}

TEST(ConditionRLockTest, WaitGivesUpAndTakesBackAllItHolds) {
  RLock lock;
  Condition condition(lock);
  lock.acquire();
  lock.acquire();
  lock.acquire();
  std::thread notifier([&] {
    const std::scoped_lock guard(lock);  // impossible if a level were kept
    condition.notify();
  });
  EXPECT_TRUE(condition.wait(k_soon));
  notifier.join();
  const auto free_for_others = [&] {
    bool taken = false;
    in_threads(1, [&](int) {
      taken = lock.acquire(false);
      if (taken) lock.release();
    });
    return taken;
  };
  lock.release();
  lock.release();
  EXPECT_FALSE(free_for_others());
  lock.release();
  EXPECT_TRUE(free_for_others());
}

TEST(ConditionLockTest, TwoConditionsShareALock) {
  Lock lock;
  Condition full(lock);
  Condition empty(lock);
  std::optional<int> slot;
  long sum = 0;
  in_threads(2, [&](int number) {
    for (int i = 1; i <= 2'000; ++i) {
      const std::scoped_lock guard(lock);
      if (number == 0) {
        empty.wait_for([&] { return !slot; });
        slot = i;
        full.notify();
      } else {
        full.wait_for([&] { return slot.has_value(); });
        sum += *slot;
        slot.reset();
        empty.notify();
      }
    }
  });
  EXPECT_EQ(sum, 2'001'000);
}

}  // namespace
}  // namespace hilo::HILO_MODULE
