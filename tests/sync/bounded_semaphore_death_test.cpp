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

class BoundedSemaphoreDeathTest : public testing::Test {
 protected:
  ~BoundedSemaphoreDeathTest() override { semaphore_.destroy(); }
  bool acquire(Deadline deadline = Deadline::after(test::k_soon)) {
    return semaphore_.acquire(deadline);
  }
  BoundedSemaphore<MortalScope> semaphore_{};
};

TEST_F(BoundedSemaphoreDeathTest, CountsAndRefuses) {
  semaphore_.start_with(3);
  EXPECT_EQ(semaphore_.value(), 3U);
  EXPECT_THROW(semaphore_.release(), ValueError);
  EXPECT_TRUE(acquire());
  EXPECT_TRUE(acquire());
  EXPECT_EQ(semaphore_.value(), 1U);
  EXPECT_THROW(semaphore_.release(3), ValueError);
  EXPECT_THROW(semaphore_.release(0), ValueError);
  EXPECT_EQ(semaphore_.value(), 1U);
  semaphore_.release(2);
  EXPECT_EQ(semaphore_.value(), 3U);
}

TEST_F(BoundedSemaphoreDeathTest, AnotherMayReleaseWhatOneTook) {
  semaphore_.start_with(1);
  EXPECT_TRUE(acquire());
  as_process(2, [&] { semaphore_.release(); });
  EXPECT_EQ(semaphore_.value(), 1U);
}

TEST_F(BoundedSemaphoreDeathTest, OnesOwnPermitIsReleasedFirst) {
  semaphore_.start_with(2);
  as_process(2, [&] { EXPECT_TRUE(acquire()); });
  EXPECT_TRUE(acquire());
  semaphore_.release();  // its own, though another stands first
  kill_process(2);
  EXPECT_EQ(semaphore_.value(), 2U);
}

TEST_F(BoundedSemaphoreDeathTest, GrowsToManyPermits) {
  constexpr int k_many = 1'000;
  semaphore_.start_with(k_many);
  for (int i = 0; i < k_many; ++i) EXPECT_TRUE(acquire(Deadline::poll()));
  EXPECT_FALSE(acquire(Deadline::poll()));
  EXPECT_EQ(semaphore_.value(), 0U);
  semaphore_.release(k_many);
  EXPECT_EQ(semaphore_.value(), static_cast<std::uint32_t>(k_many));
}

TEST_F(BoundedSemaphoreDeathTest, ADeadHoldersPermitsComeBack) {
  semaphore_.start_with(3);
  as_process(2, [&] {
    EXPECT_TRUE(acquire());
    EXPECT_TRUE(acquire());
  });
  EXPECT_TRUE(acquire(Deadline::poll()));
  EXPECT_FALSE(acquire(Deadline::poll()));
  kill_process(2);
  EXPECT_TRUE(acquire(Deadline::poll()));
  EXPECT_TRUE(acquire(Deadline::poll()));
  EXPECT_FALSE(acquire(Deadline::poll()));
  EXPECT_THROW(semaphore_.release(4), ValueError);
  semaphore_.release(3);
}

TEST_F(BoundedSemaphoreDeathTest, AWaiterGetsTheDeadHoldersPermit) {
  semaphore_.start_with(1);
  as_process(2, [&] { EXPECT_TRUE(acquire()); });
  std::atomic<bool> took = false;
  std::thread waiter = start_process(3, [&] {
    EXPECT_TRUE(acquire());
    took = true;
  });
  EXPECT_FALSE(took);
  kill_process(2);
  waiter.join();
  EXPECT_TRUE(took);
}

TEST_F(BoundedSemaphoreDeathTest, LosesNoPermitUnderContention) {
  semaphore_.start_with(2);
  std::atomic<int> inside = 0;
  std::vector<std::thread> processes;
  for (std::uint32_t number = 2; number < 7; ++number) {
    processes.push_back(start_process(number, [&, number] {
      for (int i = 0; i < 2'000; ++i) {
        const bool patient = number % 2 == 0;
        if (!acquire(patient ? Deadline::after(test::k_soon) : Deadline::after(20us * (i % 5)))) {
          EXPECT_FALSE(patient);
          continue;
        }
        EXPECT_LE(++inside, 2);
        if (i % 16 == 0) std::this_thread::yield();
        --inside;
        semaphore_.release();
      }
    }));
  }
  for (std::thread& process : processes) process.join();
  EXPECT_EQ(semaphore_.value(), 2U);
}

}  // namespace
}  // namespace hilo::detail::sync
