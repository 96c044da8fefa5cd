// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "sync/mortal_scope.hpp"

namespace hilo::detail::sync {
namespace {

using namespace std::chrono_literals;
using test::MortalScope, test::as_process, test::kill_process, test::start_process;

/// What Lock and RLock have in common when holders die.
template <class Kind>
class LockDeathTest : public testing::Test {
 protected:
  bool acquire(Deadline deadline = Deadline::after(test::k_soon)) {
    return lock_.acquire(deadline);
  }
  void die_holding(std::uint32_t number) {
    as_process(number, [&] { EXPECT_TRUE(acquire()); });
    kill_process(number);
  }
  Kind lock_{};
};
using Kinds = testing::Types<Lock<MortalScope>, RLock<MortalScope>>;
TYPED_TEST_SUITE(LockDeathTest, Kinds);

TYPED_TEST(LockDeathTest, ADeadHolderIsAnErrorUntilRecovered) {
  this->die_holding(2);
  for (int again = 0; again < 3; ++again) {
    EXPECT_THROW(this->acquire(), OwnerDiedError);
    EXPECT_THROW(this->acquire(Deadline::poll()), OwnerDiedError);
  }
  EXPECT_TRUE(this->lock_.locked());
  EXPECT_FALSE(this->lock_.is_owned());
  this->lock_.recover();
  EXPECT_TRUE(this->lock_.is_owned());
  EXPECT_TRUE(this->lock_.recovered());
  this->lock_.release();
  EXPECT_FALSE(this->lock_.recovered());
  EXPECT_TRUE(this->acquire());
  EXPECT_FALSE(this->lock_.recovered());
  this->lock_.release();
}

TYPED_TEST(LockDeathTest, TheDeadCannotBeReleasedInTheirPlace) {
  this->die_holding(2);
  EXPECT_THROW(this->lock_.release(), RuntimeError);
  EXPECT_THROW(this->acquire(), OwnerDiedError);
}

// A free lock that is kept for who has waited too long is nobody's, and nobody's death.
TYPED_TEST(LockDeathTest, AFreeLockThatIsKeptForASleeperIsNoDeath) {
  const auto take_turns = [&] {
    for (int turn = 0; turn < 20; ++turn) {
      EXPECT_NO_THROW(EXPECT_TRUE(this->acquire()));
      // Long enough for the others to lose their patience.
      const auto until = std::chrono::steady_clock::now() + 2ms;
      while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
      this->lock_.release();
    }
  };
  std::thread second = start_process(2, take_turns);
  std::thread third = start_process(3, take_turns);
  take_turns();
  second.join();
  third.join();
}

TYPED_TEST(LockDeathTest, OnlyADeadHoldersLockIsRecovered) {
  EXPECT_THROW(this->lock_.recover(), RuntimeError);
  EXPECT_TRUE(this->acquire());
  EXPECT_THROW(this->lock_.recover(), RuntimeError);
  as_process(2, [&] { EXPECT_THROW(this->lock_.recover(), RuntimeError); });
  this->lock_.release();
}

TYPED_TEST(LockDeathTest, AWaiterLearnsThatTheHolderDies) {
  std::atomic<bool> holds = false;
  std::atomic<bool> gone = false;
  std::thread holder = start_process(2, [&] {
    EXPECT_TRUE(this->acquire());
    holds = true;
    while (!gone) std::this_thread::yield();
  });
  EXPECT_TRUE(test::eventually([&] { return holds.load(); }));
  std::atomic<int> told = 0;
  std::vector<std::thread> waiters;
  for (std::uint32_t number = 3; number < 6; ++number) {
    waiters.push_back(start_process(number, [&] {
      EXPECT_THROW(this->acquire(), OwnerDiedError);
      ++told;
    }));
  }
  gone = true;
  holder.join();
  EXPECT_EQ(told, 0);
  kill_process(2);
  for (std::thread& waiter : waiters) waiter.join();
  EXPECT_EQ(told, 3);
}

TYPED_TEST(LockDeathTest, ThePolicyTakesItSilently) {
  this->lock_.recover_silently(true);
  this->die_holding(2);
  EXPECT_TRUE(this->acquire(Deadline::poll()));
  EXPECT_TRUE(this->lock_.recovered());
  this->lock_.release();
  EXPECT_TRUE(this->acquire());
  EXPECT_FALSE(this->lock_.recovered());
  this->lock_.release();
}

TYPED_TEST(LockDeathTest, WhoDiesRecoveringLeavesItToTheNext) {
  this->die_holding(2);
  as_process(3, [&] { this->lock_.recover(); });
  kill_process(3);
  EXPECT_THROW(this->acquire(), OwnerDiedError);
  this->lock_.recover();
  this->lock_.release();
  EXPECT_TRUE(this->acquire());
}

TYPED_TEST(LockDeathTest, AConditionsWaitReturnsWithTheLockHeldButInconsistent) {
  Condition<MortalScope> condition{};
  std::thread waiter = start_process(3, [&] {
    EXPECT_TRUE(this->acquire());
    EXPECT_THROW(condition.wait(this->lock_, Deadline::after(test::k_soon)), OwnerDiedError);
    EXPECT_TRUE(this->lock_.is_owned());
    this->lock_.release();
  });
  EXPECT_TRUE(test::eventually([&] { return condition.waiters() == 1; }));
  as_process(2, [&] {
    EXPECT_TRUE(this->acquire());
    condition.notify(this->lock_, 1);
  });
  kill_process(2);
  waiter.join();
  // The waiter did not say that the data is sound.
  EXPECT_TRUE(this->lock_.locked());
  EXPECT_THROW(this->acquire(), OwnerDiedError);
  this->lock_.recover();
  this->lock_.release();
  EXPECT_TRUE(this->acquire());
}

TYPED_TEST(LockDeathTest, AfterSuchAWaitTheLockCanBeRecovered) {
  Condition<MortalScope> condition{};
  std::thread waiter = start_process(3, [&] {
    EXPECT_TRUE(this->acquire());
    EXPECT_THROW(condition.wait(this->lock_, Deadline::after(test::k_soon)), OwnerDiedError);
    this->lock_.recover();
    EXPECT_TRUE(this->lock_.recovered());
    this->lock_.release();
  });
  EXPECT_TRUE(test::eventually([&] { return condition.waiters() == 1; }));
  as_process(2, [&] {
    EXPECT_TRUE(this->acquire());
    condition.notify_all(this->lock_);
  });
  kill_process(2);
  waiter.join();
  EXPECT_TRUE(this->acquire(Deadline::poll()));
  EXPECT_FALSE(this->lock_.recovered());
}

TEST(RLockDeathTest, TheRecoveredLockIsHeldOnce) {
  RLock<MortalScope> lock{};
  as_process(2, [&] {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(lock.acquire(Deadline::poll()));
  });
  kill_process(2);
  lock.recover();
  lock.release();
  EXPECT_FALSE(lock.locked());
  EXPECT_THROW(lock.release(), RuntimeError);
}

TEST(RLockDeathTest, AThreadWithTheDeadOwnersNumberIsNotTheOwner) {
  RLock<MortalScope> lock{};
  as_process(2, [&] { EXPECT_TRUE(lock.acquire(Deadline::poll())); });
  kill_process(2);
  EXPECT_FALSE(lock.is_owned());  // though this is the thread that played process 2
  std::thread other = start_process(1, [&] { lock.recover(); });
  other.join();
  EXPECT_FALSE(lock.is_owned());
  EXPECT_FALSE(lock.acquire(Deadline::poll()));
}

}  // namespace
}  // namespace hilo::detail::sync
