// SPDX-License-Identifier: MIT
// What the locks of processes have beyond those of threads: they travel, and outlive their holders.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/marshal.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::eventually, test::k_soon;

/// Runs `target(arguments...)` in a child and returns its exit code.
template <class F, class... Args>
std::optional<int> run(StartMethod method, F target, Args... arguments) {
  auto child = get_context(method).Process(target, arguments...);
  child.start();
  EXPECT_TRUE(child.join(k_soon));
  return child.exitcode();
}

/// A process that takes the lock, says so, and keeps it.
template <class Kind>
Process holder_of(Kind lock, Event held) {
  return Process([=] {
    lock.acquire();
    held.set();
    Event().wait();
  });
}

/// Kills `child` once it has said by `event` that it is where it should be.
void kill_after(Process& child, const Event& event) {
  child.start();
  ASSERT_TRUE(event.wait(k_soon));
  child.kill();
  ASSERT_TRUE(child.join(k_soon));
}

class MpSyncTest : public testing::TestWithParam<StartMethod> {};
INSTANTIATE_TEST_SUITE_P(Methods, MpSyncTest,
                         testing::Values(StartMethod::fork, StartMethod::spawn),
                         [](const auto& method) { return std::string(to_string(method.param)); });

TEST_P(MpSyncTest, ALockIsTheSameInTheChild) {
  const Lock lock;
  lock.acquire();
  const auto child = +[](Lock shared) {
    if (shared.acquire(false)) throw SystemExit(2);
    shared.release();  // anybody may
  };
  EXPECT_EQ(run(GetParam(), child, lock), 0);
  EXPECT_FALSE(lock.locked());
}

TEST_P(MpSyncTest, AnRLockIsOwnedByOneThreadOfOneProcess) {
  const RLock lock;
  lock.acquire();
  const auto child = +[](RLock shared) {
    if (shared.acquire(false)) throw SystemExit(2);
    try {
      shared.release();
    } catch (const RuntimeError&) {
      throw SystemExit(3);
    }
  };
  EXPECT_EQ(run(GetParam(), child, lock), 3);
  lock.release();
}

TEST_P(MpSyncTest, AConditionTravelsWithItsLock) {
  const Lock lock;
  const Condition condition(lock);
  const Value<int> turn(0);
  auto child = get_context(GetParam())
                   .Process(
                       +[](Condition shared, Value<int> number) {
                         const std::scoped_lock guard(shared);
                         number.value() = 1;
                         shared.notify_all();
                         shared.wait_for([&] { return number.value() == 2; });
                       },
                       condition, turn);
  {
    const std::scoped_lock guard(lock);
    child.start();
    EXPECT_TRUE(condition.wait_for([&] { return turn.value() == 1; }, k_soon));
    turn.value() = 2;
    condition.notify();
  }
  EXPECT_TRUE(child.join(k_soon));
  EXPECT_EQ(child.exitcode(), 0);
}

TEST_P(MpSyncTest, SemaphoresAndEventsAreTheSameInTheChild) {
  const Semaphore tokens(0);
  const BoundedSemaphore slots(2);
  const Event event;
  ASSERT_TRUE(slots.acquire());
  const auto child = +[](Semaphore some, BoundedSemaphore bounded, Event ready) {
    if (!ready.wait(k_soon) || some.acquire(false)) throw SystemExit(2);
    some.release(3);
    bounded.release();  // what its parent took
    try {
      bounded.release();
    } catch (const ValueError&) {
      throw SystemExit(3);
    }
  };
  event.set();
  EXPECT_EQ(run(GetParam(), child, tokens, slots, event), 3);
  EXPECT_EQ(tokens.get_value(), 3);
  EXPECT_EQ(slots.get_value(), 2);
}

TEST_P(MpSyncTest, ABarriersActionRunsOnceWhereTheLastOneComes) {
  static const Value<int>* here = nullptr;
  const Value<int> count(0);
  here = &count;
  const Barrier barrier(
      2, +[] {
        if (here != nullptr) here->value() += 1;
      });
  auto child = get_context(GetParam())
                   .Process(
                       +[](Barrier shared, Value<int> number) {
                         here = &number;
                         shared.wait();
                         shared.wait();
                       },
                       barrier, count);
  child.start();
  std::vector<std::int64_t> numbers = {barrier.wait(k_soon), barrier.wait(k_soon)};
  EXPECT_TRUE(child.join(k_soon));
  EXPECT_EQ(child.exitcode(), 0);
  EXPECT_EQ(count.value(), 2);
  here = nullptr;
}

TEST(MpSyncTest, AnActionWithCapturesDoesNotReachASpawnedProcess) {
  int calls = 0;
  const Barrier barrier(1, [&calls] { ++calls; });
  barrier.wait();
  EXPECT_EQ(calls, 1);
  auto child = get_context(StartMethod::spawn)
                   .Process(
                       +[](Barrier) {}, barrier);
  EXPECT_THROW(child.start(), PicklingError);
}

TEST(MpSyncTest, ABarriersOwnTimeoutTravels) {
  const Barrier barrier(2, {}, 20ms);
  const auto child = +[](Barrier shared) {
    try {
      shared.wait();
    } catch (const BrokenBarrierError&) {
      throw SystemExit(3);
    }
  };
  EXPECT_EQ(run(StartMethod::spawn, child, barrier), 3);
  EXPECT_TRUE(barrier.broken());
}

TEST(MpSyncTest, HandlesAreComparedAndOrdered) {
  const Lock a;
  const Lock b;
  const Lock same = a;
  EXPECT_EQ(a, same);
  EXPECT_NE(a, b);
  std::map<Lock, int> map{{a, 1}, {b, 2}};
  EXPECT_EQ(map.at(same), 1);
  const Condition condition;
  EXPECT_EQ(condition, marshal::loads<Condition>(marshal::dumps(condition)));
  EXPECT_NE(condition, Condition());
  EXPECT_NE(Barrier(1), Barrier(1));
  Event event;
  const Event moved = std::move(event);
  event = Event();
  moved.set();
  EXPECT_FALSE(event.is_set());
}

/// Handles as members, with their initialisers or without: no word of the author's is needed.
struct Everything {
  Lock lock = Lock({.on_owner_death = OnOwnerDeath::recover});
  RLock rlock;
  Condition condition;
  Semaphore semaphore{0};
  BoundedSemaphore slots;
  Event event;
  Value<int> value;
  RawValue<double> raw;
  std::vector<Event> events;
};
static_assert(marshal::Marshalable<Everything>);
struct WithBarrier {
  Barrier barrier;
  Array<int> array;
};
static_assert(marshal::Marshalable<WithBarrier>);

TEST(MpSyncTest, HandlesTravelInsideOfOtherThings) {
  std::map<std::string, std::vector<Event>> events{{"a", {Event(), Event()}}};
  const auto child =
      +[](std::map<std::string, std::vector<Event>> shared) { shared.at("a")[1].set(); };
  EXPECT_EQ(run(StartMethod::spawn, child, events), 0);
  EXPECT_FALSE(events["a"][0].is_set());
  EXPECT_TRUE(events["a"][1].is_set());
}

template <class Kind>
class MpOwnerDeathTest : public testing::Test {};
using Locks = testing::Types<Lock, RLock>;
TYPED_TEST_SUITE(MpOwnerDeathTest, Locks);

TYPED_TEST(MpOwnerDeathTest, IsToldUntilRecovered) {
  const TypeParam lock;
  const Event held;
  Process holder = holder_of(lock, held);
  kill_after(holder, held);
  EXPECT_THROW(lock.acquire(), OwnerDiedError);
  EXPECT_THROW((void)lock.acquire(1ms), OwnerDiedError);
  EXPECT_THROW((void)lock.try_lock(), OwnerDiedError);
  EXPECT_TRUE(lock.locked());
  lock.recover();
  EXPECT_TRUE(lock.recovered());
  EXPECT_THROW(lock.recover(), RuntimeError);
  lock.release();
  const std::scoped_lock guard(lock);
  EXPECT_FALSE(lock.recovered());
}

TYPED_TEST(MpOwnerDeathTest, IsSilentUnderThePolicy) {
  const TypeParam lock({.on_owner_death = OnOwnerDeath::recover});
  const Event held;
  Process holder = holder_of(lock, held);
  kill_after(holder, held);
  EXPECT_TRUE(lock.acquire());
  EXPECT_TRUE(lock.recovered());
  lock.release();
}

TYPED_TEST(MpOwnerDeathTest, WakesWhoWaitsAlready) {
  const TypeParam lock;
  const Event held;
  Process holder = holder_of(lock, held);
  holder.start();
  ASSERT_TRUE(held.wait(k_soon));
  Process waiter([=] {
    try {
      lock.acquire();
    } catch (const OwnerDiedError&) {
      throw SystemExit(3);
    }
  });
  waiter.start();
  holder.kill();
  EXPECT_TRUE(waiter.join(k_soon));
  EXPECT_EQ(waiter.exitcode(), 3);
  holder.join();
}

// A process that ends without a release, by itself, leaves what a killed one leaves.
TYPED_TEST(MpOwnerDeathTest, ANormalEndIsADeathToo) {
  const TypeParam lock;
  EXPECT_EQ(run(
                StartMethod::spawn, +[](TypeParam shared) { shared.acquire(); }, lock),
            0);
  EXPECT_THROW(lock.acquire(), OwnerDiedError);
}

TEST(MpOwnerDeathTest, AConditionsWaitReturnsWithTheLock) {
  const Condition condition;
  const Event held;
  Process holder = holder_of(condition, held);
  {
    const std::scoped_lock guard(condition);
    holder.start();
    bool told = false;
    std::thread killer([&] {
      ASSERT_TRUE(held.wait(k_soon));
      holder.kill();
    });
    try {
      (void)condition.wait(200ms);
    } catch (const OwnerDiedError&) {
      told = true;
      condition.recover();
      EXPECT_TRUE(condition.recovered());
    }
    EXPECT_TRUE(told);
    killer.join();
  }
  EXPECT_FALSE(condition.locked());
  holder.join();
}

TEST(MpOwnerDeathTest, ABoundedSemaphoreGetsItsPermitsBack) {
  const BoundedSemaphore slots(3);
  const Event held;
  ASSERT_TRUE(slots.acquire());
  Process holder([=] {
    slots.acquire();
    slots.acquire();
    held.set();
    Event().wait();
  });
  kill_after(holder, held);
  EXPECT_EQ(slots.get_value(), 2);
  EXPECT_TRUE(slots.acquire(false));
  EXPECT_TRUE(slots.acquire(k_soon));
  EXPECT_FALSE(slots.acquire(false));
  slots.release(3);
  EXPECT_THROW(slots.release(), ValueError);
}

}  // namespace
}  // namespace hilo::multiprocessing
