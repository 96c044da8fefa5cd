// SPDX-License-Identifier: MIT
#include HILO_MODULE_HEADER

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"

namespace hilo::HILO_MODULE {
namespace {

using namespace std::chrono_literals;
using test::eventually, test::in_threads, test::time_of;

template <class Kind>
class AnySemaphoreTest : public testing::Test {};
using Kinds = testing::Types<Semaphore, BoundedSemaphore>;
TYPED_TEST_SUITE(AnySemaphoreTest, Kinds);

TYPED_TEST(AnySemaphoreTest, CountsItsPermits) {
  const TypeParam semaphore(2);
  EXPECT_TRUE(semaphore.acquire());
  EXPECT_EQ(semaphore.get_value(), 1);
  EXPECT_TRUE(semaphore.acquire(false));
  EXPECT_EQ(semaphore.get_value(), 0);
  EXPECT_FALSE(semaphore.acquire(false));
  EXPECT_FALSE(semaphore.acquire(-1s));
  EXPECT_GE(time_of([&] { EXPECT_FALSE(semaphore.acquire(20ms)); }), 20ms);
  semaphore.release(2);
  EXPECT_EQ(semaphore.get_value(), 2);
  EXPECT_EQ(TypeParam().get_value(), 1);
}

TYPED_TEST(AnySemaphoreTest, RefusesSillyNumbers) {
  EXPECT_THROW(TypeParam(-1), ValueError);
  EXPECT_THROW(TypeParam(std::int64_t{1} << 30), ValueError);
  const TypeParam semaphore(1);
  semaphore.acquire();
  EXPECT_THROW(semaphore.release(0), ValueError);
  EXPECT_THROW(semaphore.release(-1), ValueError);
  EXPECT_THROW(semaphore.release(std::int64_t{1} << 40), ValueError);
  EXPECT_EQ(semaphore.get_value(), 0);
}

TYPED_TEST(AnySemaphoreTest, LetsNoMoreInThanItHasPermits) {
  constexpr int k_permits = 3;
  const TypeParam semaphore(k_permits);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  in_threads(6, [&](int) {
    for (int i = 0; i < 3'000; ++i) {
      const std::scoped_lock guard(semaphore);
      const int now = ++inside;
      int before = most;
      while (before < now && !most.compare_exchange_weak(before, now)) {
      }
      if (i % 16 == 0) std::this_thread::yield();
      --inside;
    }
  });
  EXPECT_LE(most, k_permits);
  EXPECT_GE(most, 1);
  EXPECT_EQ(semaphore.get_value(), k_permits);
}

TYPED_TEST(AnySemaphoreTest, LosesNoPermitWhenWaitersGiveUp) {
  const TypeParam semaphore(2);
  in_threads(5, [&](int number) {
    for (int i = 0; i < 2'000; ++i) {
      if (number == 0 ? semaphore.acquire()
                      : semaphore.acquire(std::chrono::microseconds(i % 80))) {
        if (i % 32 == 0) std::this_thread::sleep_for(10us);
        semaphore.release();
      }
    }
  });
  EXPECT_EQ(semaphore.get_value(), 2);
  EXPECT_TRUE(semaphore.acquire(false));
}

TEST(SemaphoreTest, ReleaseWakesAsManyAsItGives) {
  const Semaphore semaphore(0);
  std::atomic<int> through = 0;
  std::thread others([&] {
    in_threads(5, [&](int) {
      semaphore.acquire();
      ++through;
    });
  });
  semaphore.release(3);
  EXPECT_TRUE(eventually([&] { return through == 3; }));
  EXPECT_EQ(semaphore.get_value(), 0);
  semaphore.release(2);
  others.join();
  EXPECT_EQ(through, 5);
}

TEST(SemaphoreTest, HandsEachPermitToSomebody) {
  const Semaphore semaphore(0);
  in_threads(4, [&](int number) {
    for (int i = 0; i < 10'000; ++i) {
      if (number % 2 == 0) {
        semaphore.acquire();
      } else {
        semaphore.release();
      }
    }
  });
  EXPECT_EQ(semaphore.get_value(), 0);
}

TEST(SemaphoreTest, MayGrowToItsLimitOnly) {
  const Semaphore semaphore((1 << 30) - 2);
  semaphore.release();
  EXPECT_THROW(semaphore.release(), ValueError);
  EXPECT_EQ(semaphore.get_value(), (1 << 30) - 1);
}

TEST(BoundedSemaphoreTest, RefusesMoreThanItStartedWith) {
  const BoundedSemaphore semaphore(2);
  EXPECT_THROW(semaphore.release(), ValueError);
  EXPECT_EQ(semaphore.get_value(), 2);
  semaphore.acquire();
  EXPECT_THROW(semaphore.release(2), ValueError);
  EXPECT_EQ(semaphore.get_value(), 1);
  semaphore.release();
  EXPECT_EQ(semaphore.get_value(), 2);
}

}  // namespace
}  // namespace hilo::HILO_MODULE
