// SPDX-License-Identifier: MIT
#include HILO_MODULE_HEADER

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"

namespace hilo::HILO_MODULE {
namespace {

using namespace std::chrono_literals;
using test::eventually, test::in_threads, test::k_soon;

TEST(BarrierTest, WantsAtLeastOneParty) {
  EXPECT_THROW(Barrier(0), ValueError);
  EXPECT_THROW(Barrier(-1), ValueError);
  Barrier alone(1);
  EXPECT_EQ(alone.parties(), 1);
  EXPECT_EQ(alone.wait(), 0);
  EXPECT_EQ(alone.wait(0s), 0);
}

TEST(BarrierTest, LetsAllGoTogetherAgainAndAgain) {
  constexpr int k_parties = 4;
  constexpr int k_rounds = 2'000;
  Barrier barrier(k_parties);
  std::atomic<int> come = 0;
  std::atomic<int> numbers = 0;
  in_threads(k_parties, [&](int) {
    for (int round = 1; round <= k_rounds; ++round) {
      ++come;
      numbers += 1 << (8 * barrier.wait());
      // Nobody comes to the next round's end before all have left this one's.
      ASSERT_GE(come, k_parties * round);
      ASSERT_LE(come, k_parties * (round + 1));
      if (barrier.wait() == 0) {
        ASSERT_EQ(numbers.exchange(0), 0x01010101);  // each number once
      }
      barrier.wait();
    }
  });
  EXPECT_EQ(barrier.n_waiting(), 0);
  EXPECT_FALSE(barrier.broken());
}

TEST(BarrierTest, RunsTheActionOnceBeforeAnybodyGoes) {
  int actions = 0;  // unguarded: the barrier orders it
  Barrier barrier(3, [&] { ++actions; });
  in_threads(3, [&](int) {
    for (int round = 1; round <= 1'000; ++round) {
      barrier.wait();
      ASSERT_EQ(actions, 2 * round - 1);
      barrier.wait();
      ASSERT_EQ(actions, 2 * round);
    }
  });
  EXPECT_EQ(actions, 2'000);
}

TEST(BarrierTest, AThrowingActionBreaksIt) {
  Barrier barrier(3, [] { throw std::domain_error("the action"); });
  std::atomic<int> rethrown = 0;
  std::atomic<int> broken = 0;
  in_threads(3, [&](int) {
    try {
      barrier.wait();
    } catch (const std::domain_error&) {
      ++rethrown;
    } catch (const BrokenBarrierError&) {
      ++broken;
    }
  });
  EXPECT_EQ(rethrown, 1);
  EXPECT_EQ(broken, 2);
  EXPECT_TRUE(barrier.broken());
  EXPECT_EQ(barrier.n_waiting(), 0);
  barrier.reset();
  EXPECT_FALSE(barrier.broken());
}

TEST(BarrierTest, ATimeOutBreaksItForAll) {
  Barrier barrier(3);
  in_threads(2, [&](int number) {
    if (number == 0) {
      EXPECT_THROW(barrier.wait(20ms), BrokenBarrierError);
    } else {
      EXPECT_THROW(barrier.wait(), BrokenBarrierError);
    }
  });
  EXPECT_TRUE(barrier.broken());
  EXPECT_THROW(barrier.wait(), BrokenBarrierError);
  barrier.reset();
  in_threads(3, [&](int) { EXPECT_NO_THROW(barrier.wait(k_soon)); });
}

TEST(BarrierTest, HasATimeOutOfItsOwn) {
  Barrier barrier(2, {}, 20ms);
  EXPECT_THROW(barrier.wait(), BrokenBarrierError);
  barrier.reset();
  EXPECT_THROW(barrier.wait(0s), BrokenBarrierError);
  EXPECT_THROW(barrier.wait(k_soon), BrokenBarrierError);
}

TEST(BarrierTest, AbortBreaksItForThoseWhoWaitAndThoseWhoCome) {
  Barrier barrier(3);
  std::thread others(
      [&] { in_threads(2, [&](int) { EXPECT_THROW(barrier.wait(k_soon), BrokenBarrierError); }); });
  EXPECT_TRUE(eventually([&] { return barrier.n_waiting() == 2; }));
  barrier.abort();
  others.join();
  EXPECT_TRUE(barrier.broken());
  EXPECT_THROW(barrier.wait(), BrokenBarrierError);
}

TEST(BarrierTest, ResetTurnsThoseWhoWaitAwayAndStartsAnew) {
  Barrier barrier(2);
  for (int round = 0; round < 200; ++round) {
    std::thread waiter([&] { EXPECT_THROW(barrier.wait(k_soon), BrokenBarrierError); });
    EXPECT_TRUE(eventually([&] { return barrier.n_waiting() == 1; }));
    barrier.reset();
    EXPECT_FALSE(barrier.broken());
    // Who comes now belongs to the new phase, also if the one turned away has not left yet.
    std::atomic<int> sum = 0;
    in_threads(2, [&](int) { sum += static_cast<int>(barrier.wait(k_soon)) + 1; });
    EXPECT_EQ(sum, 3);
    waiter.join();
  }
  barrier.reset();
  EXPECT_FALSE(barrier.broken());
}

TEST(BarrierTest, TheActionMayUseTheBarrier) {
  Barrier* self = nullptr;
  Barrier barrier(2, [&] {
    EXPECT_EQ(self->n_waiting(), 2);
    self->abort();
  });
  self = &barrier;
  in_threads(2, [&](int) { EXPECT_THROW(barrier.wait(k_soon), BrokenBarrierError); });
  EXPECT_TRUE(barrier.broken());
  EXPECT_EQ(barrier.n_waiting(), 0);
}

TEST(BarrierTest, WhoIsOutOfTimeWaitsForARunningAction) {
  std::atomic<bool> go_on = false;
  Barrier barrier(2, [&] {
    while (!go_on) std::this_thread::yield();
  });
  std::atomic<int> through = 0;
  std::thread others([&] {
    in_threads(2, [&](int) {
      EXPECT_NO_THROW(barrier.wait(200ms));
      ++through;
    });
  });
  std::this_thread::sleep_for(400ms);  // not to synchronise: both time-outs must have passed
  EXPECT_EQ(through, 0);
  go_on = true;
  others.join();
  EXPECT_FALSE(barrier.broken());
}

TEST(BarrierTest, WhoComesTooManyWaitsForTheNextPhase) {
  Barrier barrier(2);
  std::atomic<int> through = 0;
  in_threads(6, [&](int) {
    EXPECT_NO_THROW(barrier.wait(k_soon));
    ++through;
  });
  EXPECT_EQ(through, 6);
}

}  // namespace
}  // namespace hilo::HILO_MODULE
