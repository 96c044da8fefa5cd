// SPDX-License-Identifier: MIT
// Processes that die while others depend on them.
#include <gtest/gtest.h>
#include <sys/time.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <tuple>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

using hilo::test::k_soon;
using hilo::test::wait_for_a_signal;

class LockPainTest : public hilo::test::ProcessTestBase {
 protected:
  static void end(mp::Process& process) {
    process.kill();
    EXPECT_EQ(end_of(process), -SIGKILL);
  }
};
HILO_TEST_BY_EVERY_METHOD(LockPainTest);

// CPython: nobody ever gets the lock again (gh-88304).
TEST_P(LockPainTest, P03_ALockOfAKilledHolderIsAnErrorAndCanBeRecovered) {
  const mp::Lock lock;
  const mp::Event held;
  mp::Process holder = make(
      [](mp::Lock mine, mp::Event done) {
        mine.acquire();
        done.set();
        wait_for_a_signal();
      },
      lock, held);
  holder.start();
  ASSERT_TRUE(held.wait(k_soon));
  EXPECT_FALSE(lock.acquire(false));
  end(holder);
  EXPECT_THROW(std::ignore = lock.acquire(k_soon), hilo::OwnerDiedError);
  lock.recover();
  lock.release();
  EXPECT_TRUE(lock.acquire(false));
  lock.release();
}

void wait_for_notice(const mp::Condition& condition, const mp::Event& there) {
  const std::scoped_lock guard(condition);
  there.set();
  condition.wait();
}

// CPython: notify() waits for the killed waiter to confirm, for ever (gh-75158).
TEST_P(LockPainTest, P04_NotifyWaitsForNoKilledWaiter) {
  const mp::Condition condition;
  for (const bool all : {false, true}) {
    const mp::Event there;
    mp::Process killed = make(wait_for_notice, condition, there);
    killed.start();
    ASSERT_TRUE(there.wait(k_soon));
    { const std::scoped_lock it_waits(condition); }
    end(killed);
    const mp::Event there_too;
    mp::Process living = make(wait_for_notice, condition, there_too);
    living.start();
    ASSERT_TRUE(there_too.wait(k_soon));
    {
      const std::scoped_lock guard(condition);
      all ? condition.notify_all() : condition.notify();
    }
    EXPECT_EQ(end_of(living), 0);
  }
}

// CPython: the others wait for the killed party for ever, or until a timeout of their own.
TEST_P(LockPainTest, P04_ABarrierThatAPartyIsMissingFromIsBroken) {
  const mp::Barrier barrier(2);
  mp::Process killed = make([](mp::Barrier line) { std::ignore = line.wait(); }, barrier);
  killed.start();
  ASSERT_TRUE(hilo::test::eventually([&] { return barrier.n_waiting() == 1; }));
  end(killed);
  EXPECT_THROW(std::ignore = barrier.wait(k_soon), hilo::BrokenBarrierError);
  barrier.reset();
  EXPECT_FALSE(barrier.broken());
}

const mp::Event* g_event = nullptr;

// CPython: set() in a handler takes the lock that the interrupted wait() holds (gh-126434).
TEST(EventPainTest, P04_ASignalHandlerMaySetWhatItsThreadWaitsFor) {
  const mp::Event event;
  g_event = &event;
  std::signal(SIGALRM, [](int) { g_event->set(); });
  const itimerval in_a_moment{{}, {0, 20'000}};
  ::setitimer(ITIMER_REAL, &in_a_moment, nullptr);
  EXPECT_TRUE(event.wait(k_soon));
  std::signal(SIGALRM, SIG_DFL);
}

}  // namespace
