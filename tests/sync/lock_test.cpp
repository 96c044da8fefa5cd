// SPDX-License-Identifier: MIT
#include HILO_MODULE_HEADER

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "os/faults.hpp"

namespace hilo::HILO_MODULE {
namespace {

using namespace std::chrono_literals;
using test::eventually, test::in_threads, test::k_soon, test::time_of;

/// What Lock and RLock have in common.
template <class Kind>
class AnyLockTest : public testing::Test {};
using Kinds = testing::Types<Lock, RLock>;
TYPED_TEST_SUITE(AnyLockTest, Kinds);

TYPED_TEST(AnyLockTest, IsLockedBetweenAcquireAndRelease) {
  TypeParam lock;
  EXPECT_FALSE(lock.locked());
  EXPECT_TRUE(lock.acquire());
  EXPECT_TRUE(lock.locked());
  lock.release();
  EXPECT_FALSE(lock.locked());
}

TYPED_TEST(AnyLockTest, RefusesAnotherThreadAtOnceOrInTime) {
  const TypeParam lock;
  const std::scoped_lock guard(lock);
  in_threads(1, [&](int) {
    EXPECT_FALSE(lock.acquire(false));
    EXPECT_FALSE(lock.try_lock());
    EXPECT_FALSE(lock.acquire(0s));
    EXPECT_FALSE(lock.acquire(-5s));
    EXPECT_GE(time_of([&] { EXPECT_FALSE(lock.acquire(20ms)); }), 20ms);
    EXPECT_GE(time_of([&] { EXPECT_FALSE(lock.acquire(0.02s)); }), 20ms);
    EXPECT_FALSE(lock.try_lock_for(1ms));
    EXPECT_FALSE(lock.try_lock_until(std::chrono::steady_clock::now() + 1ms));
    EXPECT_FALSE(lock.try_lock_until(std::chrono::system_clock::now() - 1h));
    EXPECT_THROW(
        (void)lock.acquire(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN())),
        ValueError);
  });
}

TYPED_TEST(AnyLockTest, IsHandedToAWaiter) {
  TypeParam lock;
  lock.acquire();
  std::atomic<bool> took = false;
  std::thread waiter([&] {
    EXPECT_TRUE(lock.acquire(std::chrono::hours::max()));
    took = true;
    lock.release();
  });
  EXPECT_FALSE(took);
  lock.release();
  EXPECT_TRUE(eventually([&] { return took.load(); }));
  waiter.join();
  EXPECT_FALSE(lock.locked());
}

TYPED_TEST(AnyLockTest, LetsOneInAtATime) {
  const TypeParam lock;
  int total = 0;
  in_threads(4, [&](int) {
    for (int i = 0; i < 20'000; ++i) {
      const std::scoped_lock guard(lock);
      ++total;
    }
  });
  EXPECT_EQ(total, 80'000);
}

TYPED_TEST(AnyLockTest, LetsOneInAtATimeWhileOthersGiveUp) {
  const TypeParam lock;
  int total = 0;
  std::atomic<int> taken = 0;
  in_threads(4, [&](int number) {
    for (int i = 0; i < 3'000; ++i) {
      if (number == 0 ? lock.acquire() : lock.acquire(std::chrono::microseconds(i % 50))) {
        ++total;
        if (i % 64 == 0) std::this_thread::sleep_for(10us);
        ++taken;
        lock.release();
      }
    }
  });
  EXPECT_EQ(total, taken);
  EXPECT_TRUE(lock.try_lock());  // no flag was left that keeps others out
  lock.unlock();
}

TYPED_TEST(AnyLockTest, IsReleasedWhenTheSectionThrows) {
  const TypeParam lock;
  try {
    const std::scoped_lock guard(lock);
    throw std::runtime_error("in the section");
  } catch (const std::runtime_error&) {
    EXPECT_FALSE(lock.locked());
  }
}

TYPED_TEST(AnyLockTest, WorksWithTheStandardsTools) {
  TypeParam first;
  TypeParam second;
  in_threads(2, [&](int number) {
    for (int i = 0; i < 1'000; ++i) {
      // std::scoped_lock takes both in whatever order without a deadlock.
      const auto guard =
          number == 0 ? std::scoped_lock(first, second) : std::scoped_lock(second, first);
    }
  });
  std::condition_variable_any condition;
  bool ready = false;
  std::thread notifier([&] {
    const std::scoped_lock guard(first);
    ready = true;
    condition.notify_one();
  });
  std::unique_lock guard(first, 30s);
  ASSERT_TRUE(guard.owns_lock());
  EXPECT_TRUE(condition.wait_for(guard, k_soon, [&] { return ready; }));
  guard.unlock();
  notifier.join();
}

TYPED_TEST(AnyLockTest, ThrowsWhatTheSystemRefuses) {
  TypeParam lock;
  lock.acquire();
  in_threads(1, [&](int) {
    const os::FaultGuard refuse("park", ENOSYS);
    EXPECT_THROW((void)lock.acquire(), std::system_error);
    EXPECT_EQ(refuse.calls(), 1);
  });
  lock.release();
  EXPECT_TRUE(lock.acquire(false));
  lock.release();
}

TEST(LockTest, MayBeReleasedByAnotherThread) {
  const Lock lock;
  lock.acquire();
  in_threads(1, [&](int) { lock.release(); });
  EXPECT_FALSE(lock.locked());
}

TEST(LockTest, RefusesToBeReleasedWhenOpen) {
  const Lock lock;
  EXPECT_THROW(lock.release(), RuntimeError);
  lock.acquire();
  lock.release();
  EXPECT_THROW(lock.release(), RuntimeError);
  EXPECT_TRUE(lock.acquire(false));
  lock.release();
}

TEST(LockTest, LetsNobodyWaitLong) {
  // Four threads take the lock again the moment they have released it, all the time. One that comes
  // by now and then has luck alone to thank if it gets in between: docs/design/sync.md.
  const Lock lock;
  std::atomic<bool> ended = false;
  std::atomic<long> turns = 0;
  std::chrono::nanoseconds longest{};
  in_threads(5, [&](int number) {
    if (number != 0) {
      while (!ended) {
        const std::scoped_lock guard(lock);
        const auto end = std::chrono::steady_clock::now() + 20us;
        while (std::chrono::steady_clock::now() < end) {
        }
        ++turns;
      }
      return;
    }
    for (int i = 0; i < 100; ++i) {
      const long seen = turns;
      while (turns == seen) std::this_thread::yield();
      longest = std::max(longest, time_of([&] { lock.lock(); }));
      lock.unlock();
    }
    ended = true;
  });
  RecordProperty("longest_wait_us", std::to_string(longest / 1us));
  EXPECT_LT(longest, 1s);
}

TEST(RLockTest, IsTakenAgainByItsOwner) {
  const RLock lock;
  lock.acquire();
  EXPECT_TRUE(lock.acquire(false));
  EXPECT_TRUE(lock.acquire(0s));
  const auto others = [&] {
    bool taken = true;
    in_threads(1, [&](int) { taken = lock.acquire(false); });
    return taken;
  };
  EXPECT_FALSE(others());
  lock.release();
  lock.release();
  EXPECT_TRUE(lock.locked());
  EXPECT_FALSE(others());
  lock.release();
  EXPECT_FALSE(lock.locked());
}

TEST(RLockTest, RefusesToBeReleasedByOthers) {
  const RLock lock;
  EXPECT_THROW(lock.release(), RuntimeError);
  lock.acquire();
  in_threads(1, [&](int) { EXPECT_THROW(lock.release(), RuntimeError); });
  EXPECT_TRUE(lock.locked());
  lock.release();
  EXPECT_THROW(lock.release(), RuntimeError);
}

}  // namespace
}  // namespace hilo::HILO_MODULE
