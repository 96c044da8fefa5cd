// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hilo/threading.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;

/// What is printed on standard error while `work` runs in threads that come one after the other.
template <class... Work>
std::string errors_of(Work... work) {
  testing::internal::CaptureStderr();
  int number = 0;
  const auto run = [&](auto& one) {
    Thread thread({.name = "worker " + std::to_string(++number)}, [&] { one(); });
    thread.start();
    thread.join();
  };
  (run(work), ...);
  return testing::internal::GetCapturedStderr();
}

/// Takes the second while it holds the first.
template <class First, class Second>
auto nest(First& first, Second& second) {
  return [&] {
    const std::scoped_lock outer(first);
    const std::scoped_lock inner(second);
  };
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class LockWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("HILO_DEBUG") == nullptr) GTEST_SKIP() << "wants HILO_DEBUG=locks:0.1";
  }
};

TEST_F(LockWatchTest, ReportsAnInvertedOrderByTheNamesOfThreadsAndLocks) {
  Lock money;
  RLock goods;
  name_lock(money, "money");
  name_lock(goods, "goods");
  EXPECT_EQ(
      errors_of(nest(money, goods), nest(goods, money)),
      "hilo: lock order inverted: worker 2 takes lock money while it holds lock goods; worker "
      "1 took lock goods while it held lock money: they can wait for each other for ever\n");
}

TEST_F(LockWatchTest, ReportsACircleOfThree) {
  Lock one;
  Lock two;
  Lock three;
  const std::string text = errors_of(nest(one, two), nest(two, three), nest(three, one));
  EXPECT_TRUE(has(text, "worker 3 takes lock")) << text;
  EXPECT_TRUE(has(text, "worker 1 took lock")) << text;
  EXPECT_TRUE(has(text, "worker 2 took lock")) << text;
}

TEST_F(LockWatchTest, IsSilentWhereTheOrderIsOne) {
  Lock one;
  RLock two;
  EXPECT_EQ(errors_of(nest(one, two), nest(one, two), nest(two, two)), "");
}

TEST_F(LockWatchTest, IsSilentWhereNobodyWaits) {
  Lock one;
  Lock two;
  EXPECT_EQ(errors_of(nest(one, two),
                      [&] {
                        const std::scoped_lock outer(two);
                        ASSERT_TRUE(one.acquire(false));
                        one.release();
                      }),
            "");
}

TEST_F(LockWatchTest, ReportsOnce) {
  Lock one;
  Lock two;
  EXPECT_NE(errors_of(nest(one, two), nest(two, one)), "");
  EXPECT_EQ(errors_of(nest(one, two), nest(two, one)), "");
}

TEST_F(LockWatchTest, ALockWhereAnotherStoodIsAnother) {
  Lock fixed;
  std::optional<Lock> moving(std::in_place);
  EXPECT_EQ(errors_of(nest(fixed, *moving)), "");
  moving.emplace();
  EXPECT_EQ(errors_of(nest(*moving, fixed)), "");
}

TEST_F(LockWatchTest, AConditionGivesItsLockUpWhileItWaits) {
  Condition condition;
  Lock other;
  EXPECT_EQ(errors_of(
                [&] {
                  const std::scoped_lock guard(condition);
                  condition.wait(1ms);
                  const std::scoped_lock inner(other);
                },
                [&] { const std::scoped_lock inner(other); }),
            "");
  const std::string text = errors_of([&] {
    const std::scoped_lock outer(other);
    const std::scoped_lock guard(condition);
  });
  EXPECT_TRUE(has(text, "inverted")) << text;
}

TEST_F(LockWatchTest, LooksAtEachLockOnce) {
  // All in one order, so that there is a way for each subset of them.
  std::vector<Lock> locks(40);
  for (Lock& lock : locks) lock.acquire();
  for (Lock& lock : locks) lock.release();
  Lock first;
  EXPECT_EQ(errors_of(nest(first, locks[0])), "");
  EXPECT_TRUE(has(errors_of(nest(locks[39], first)), "inverted"));
}

TEST_F(LockWatchTest, NamesTheLockOfACondition) {
  Lock money;
  Condition own;
  Condition over_money(money);
  name_lock(own, "own");
  name_lock(over_money, "money");
  const std::string text = errors_of(nest(own, money), nest(money, own));
  EXPECT_TRUE(has(text, "takes lock own while it holds lock money")) << text;
}

TEST_F(LockWatchTest, MakesNoThreadsKnown) {
  std::size_t before = 0;
  std::size_t after = 0;
  std::thread([&] {
    Lock lock;
    before = active_count();
    { const std::scoped_lock guard(lock); }
    after = active_count();
  }).join();
  EXPECT_EQ(before, after);
}

TEST_F(LockWatchTest, ReportsALongWaitWithWhoHoldsWhat) {
  Lock money;
  Lock goods;
  name_lock(money, "money");
  name_lock(goods, "goods");
  Event held;
  Event enough;
  testing::internal::CaptureStderr();
  Thread holder({.name = "holder"}, [&] {
    const std::scoped_lock guard(money);
    held.set();
    enough.wait();
  });
  holder.start();
  held.wait();
  Thread between({.name = "between"}, [&] {
    const std::scoped_lock first(goods);
    held.set();
    const std::scoped_lock second(money);
  });
  held.clear();
  between.start();
  held.wait();
  EXPECT_FALSE(goods.acquire(300ms));
  enough.set();
  holder.join();
  between.join();
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(has(text, "between has waited 0.")) << text;
  EXPECT_TRUE(has(text, "s for lock money, which holder has held for")) << text;
  EXPECT_TRUE(has(text, "MainThread has waited 0.")) << text;
  EXPECT_TRUE(has(text, "s for lock goods, which between has held for")) << text;
  EXPECT_TRUE(has(text, "and waits for lock money, which holder has held for")) << text;
}

TEST_F(LockWatchTest, KnowsThreadsThatHiloDidNotStart) {
  Lock one;
  Lock two;
  testing::internal::CaptureStderr();
  std::thread(nest(one, two)).join();
  std::thread(nest(two, one)).join();
  EXPECT_TRUE(has(testing::internal::GetCapturedStderr(), "inverted"));
}

}  // namespace
}  // namespace hilo::threading
