// SPDX-License-Identifier: MIT
// What Python's documentation of threading promises, where no test of a class has it by name.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::eventually, test::k_soon;

TEST(ThreadConformanceTest, AliveAndIdentifiedOnceStartReturns) {
  Event enough;
  Thread thread([&] { enough.wait(); });
  thread.start();
  EXPECT_TRUE(thread.is_alive());
  EXPECT_TRUE(thread.ident());
  EXPECT_EQ(thread.ident(), thread.native_id());
  enough.set();
  thread.join();
}

TEST(ThreadConformanceTest, JoinDoesNotRethrowAndMayBeRepeated) {
  set_excepthook([](const ExceptHookArgs&) {});
  Thread thread([] { throw std::runtime_error("left"); });
  thread.start();
  EXPECT_NO_THROW(thread.join());
  EXPECT_NO_THROW(thread.join());
  EXPECT_TRUE(thread.join(0s));
  set_excepthook({});
}

TEST(ThreadConformanceTest, JoinWithANegativeTimeoutOnlyLooks) {
  Event enough;
  Thread thread([&] { enough.wait(); });
  thread.start();
  EXPECT_FALSE(thread.join(-5s));
  enough.set();
  EXPECT_TRUE(thread.join(k_soon));
}

TEST(ThreadConformanceTest, DefaultNamesCount) {
  const std::string first = Thread([] {}).name();
  const std::string second = Thread([] {}).name();
  EXPECT_EQ(first.substr(0, 7), "Thread-");
  EXPECT_EQ(std::stoi(second.substr(7)), std::stoi(first.substr(7)) + 1);
}

TEST(ThreadConformanceTest, MainThreadIsNamedAndNoDaemon) {
  EXPECT_EQ(main_thread().name(), "MainThread");
  EXPECT_FALSE(main_thread().daemon());
  EXPECT_TRUE(main_thread().is_alive());
}

TEST(ThreadConformanceTest, EnumerateHasDaemonsAndMainButNeitherNewNorEnded) {
  Event enough;
  Thread fresh([] {});
  Thread ended([] {});
  ended.start();
  ended.join();
  Thread daemon({.daemon = true}, [&] { enough.wait(); });
  daemon.start();
  const std::vector<Thread> all = enumerate();
  const auto has = [&](const Thread& thread) {
    return std::ranges::find(all, thread) != all.end();
  };
  EXPECT_TRUE(has(daemon));
  EXPECT_TRUE(has(main_thread()));
  EXPECT_FALSE(has(fresh));
  EXPECT_FALSE(has(ended));
  EXPECT_EQ(active_count(), all.size());
  enough.set();
  daemon.join();
}

TEST(LockConformanceTest, IsNotRecursive) {
  const Lock lock;
  const std::scoped_lock guard(lock);
  EXPECT_FALSE(lock.acquire(false));
  EXPECT_FALSE(lock.acquire(1ms));
}

TEST(LockConformanceTest, WithReleasesWhateverLeavesTheBlock) {
  const RLock lock;
  try {
    const std::scoped_lock guard(lock);
    EXPECT_TRUE(lock.locked());
    throw 1;
  } catch (int) {
  }
  EXPECT_FALSE(lock.locked());
}

TEST(RLockConformanceTest, IsFreeForOthersAfterAsManyReleases) {
  const RLock lock;
  const auto free_for_others = [&] {
    Thread other([&] {
      if (!lock.acquire(false)) return false;
      lock.release();
      return true;
    });
    other.start();
    return other.result<bool>();
  };
  lock.acquire();
  lock.acquire();
  lock.release();
  EXPECT_FALSE(free_for_others());
  lock.release();
  EXPECT_TRUE(free_for_others());
  EXPECT_THROW(lock.release(), RuntimeError);
}

TEST(TimeoutConformanceTest, ZeroAndNegativeOnlyLookEverywhere) {
  const Lock lock;
  const std::scoped_lock guard(lock);
  const RLock rlock;
  Semaphore semaphore(0);
  Event event;
  Condition condition;
  const std::scoped_lock held(condition);
  for (const auto timeout : {0s, -1s, -1000s}) {
    EXPECT_FALSE(lock.acquire(timeout));
    EXPECT_TRUE(rlock.acquire(timeout));
    EXPECT_FALSE(semaphore.acquire(timeout));
    EXPECT_FALSE(event.wait(timeout));
    EXPECT_FALSE(condition.wait(timeout));
    EXPECT_FALSE(condition.wait_for([] { return false; }, timeout));
  }
}

TEST(TimeoutConformanceTest, WhatIsNoNumberIsAValueError) {
  using Seconds = std::chrono::duration<double>;
  const Seconds nothing(std::numeric_limits<double>::quiet_NaN());
  const Lock lock;
  Event event;
  Semaphore semaphore;
  Barrier barrier(1);
  Thread thread([] {});
  thread.start();
  EXPECT_THROW(static_cast<void>(lock.acquire(nothing)), ValueError);
  EXPECT_THROW(event.wait(nothing), ValueError);
  EXPECT_THROW(static_cast<void>(semaphore.acquire(nothing)), ValueError);
  EXPECT_THROW(barrier.wait(nothing), ValueError);
  EXPECT_THROW(thread.join(nothing), ValueError);
  thread.join();
}

TEST(TimeoutConformanceTest, NoneIsTooLong) {
  const Lock lock;
  EXPECT_TRUE(lock.acquire(TIMEOUT_MAX));
  Thread other([&] { return lock.acquire(std::chrono::hours::max()); });
  other.start();
  lock.release();
  EXPECT_TRUE(other.result<bool>());
}

TEST(SemaphoreConformanceTest, ReleaseOfSeveralWakesAsMany) {
  Semaphore semaphore(0);
  std::atomic<int> through = 0;
  std::array<Thread, 3> waiters{
      Thread([&] { through += semaphore.acquire(); }),
      Thread([&] { through += semaphore.acquire(); }),
      Thread([&] { through += semaphore.acquire(); }),
  };
  for (Thread& waiter : waiters) waiter.start();
  semaphore.release(2);
  EXPECT_TRUE(eventually([&] { return through == 2; }));
  EXPECT_EQ(semaphore.get_value(), 0);
  semaphore.release();
  for (Thread& waiter : waiters) waiter.join();
  EXPECT_EQ(through, 3);
}

TEST(BoundedSemaphoreConformanceTest, AReleaseTooManyChangesNothing) {
  BoundedSemaphore semaphore(1);
  EXPECT_THROW(semaphore.release(), ValueError);
  EXPECT_EQ(semaphore.get_value(), 1);
}

TEST(ErrorsConformanceTest, HavePythonsNamesAndBases) {
  static_assert(std::same_as<ThreadError, RuntimeError>);
  static_assert(std::derived_from<BrokenBarrierError, RuntimeError>);
  static_assert(std::derived_from<RuntimeError, std::runtime_error>);
  static_assert(std::derived_from<ValueError, std::invalid_argument>);
}

}  // namespace
}  // namespace hilo::threading
