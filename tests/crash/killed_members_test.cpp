// SPDX-License-Identifier: MIT
// Ten thousand children are killed at random moments while they use everything that is shared.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <random>
#include <vector>

#include "crash/commons.hpp"
#include "heap/heap.hpp"
#include "heap/members.hpp"
#include "helpers/eventually.hpp"
#include "helpers/footprint.hpp"
#include "helpers/kills.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

namespace {

using hilo::test::Account;
using hilo::test::Commons;

void live(const Commons& shared, unsigned seed) {
  std::mt19937 random(seed);
  for (;;) shared.step(random);
}

TEST(KilledMembersTest, NobodyHangsAndNothingIsLost) {
  const hilo::testing::Footprint footprint;
  (void)mp::Value<int>();  // founds the family, whose descriptor stays
  const hilo::testing::Footprint founded;
  const auto use = hilo::detail::family::heap_use();
  const auto members = hilo::detail::family::count_members();
  {
    const Commons shared;
    std::mt19937 random(11);
    std::vector<mp::Process> running;
    const unsigned all = hilo::testing::kills(10'000);
    for (unsigned started = 0, killed = 0; killed < all;) {
      if (started < all && running.size() < 4) {
        running.emplace_back([&shared, started] { live(shared, started); });
        running.back().start();
        ++started;
        // The instant of the kill is what is random here; nothing is waited for.
        ::usleep(random() % (started % 16 == 0 ? 5'000 : 300));
        continue;
      }
      std::swap(running[random() % running.size()], running.back());
      running.back().kill();
      ASSERT_TRUE(running.back().join(30s)) << "after " << killed << " kills";
      ASSERT_EQ(running.back().exitcode(), -9) << "a child ended by itself";
      running.back().close();
      running.pop_back();
      ++killed;
      if (killed % 64 == 0) {
        // The survivors go on: everything can still be had, each within its time.
        ASSERT_TRUE(shared.lock.acquire(30s));
        const Account account = shared.account.value();
        shared.lock.release();
        ASSERT_LE(account.written - account.confirmed, static_cast<long>(killed));
        ASSERT_GE(account.written, account.confirmed);
      }
    }
    ASSERT_TRUE(running.empty());
    EXPECT_GT(shared.account.value().written, all) << "they were killed before they did anything";
    for (int permit = 0; permit < Commons::k_slots; ++permit)
      EXPECT_TRUE(shared.slots.acquire(30s)) << permit;
    EXPECT_FALSE(shared.slots.acquire(false));
    EXPECT_TRUE(shared.again.acquire(30s));
    EXPECT_TRUE(shared.condition.acquire());
    EXPECT_FALSE(shared.condition.wait(10ms));
  }
  EXPECT_EQ(hilo::detail::family::heap_use().blocks, use.blocks);
  EXPECT_EQ(hilo::detail::family::heap_use().bytes, use.bytes);
  EXPECT_EQ(hilo::detail::family::count_members(), members);
  EXPECT_EQ(hilo::testing::Footprint(), founded);
  EXPECT_EQ(hilo::testing::Footprint().shared_files, footprint.shared_files);
}

TEST(KilledMembersTest, EveryConfirmedAdditionIsInTheTotal) {
  // Each child confirms by its exit what it did under the lock; a killed one confirms nothing.
  const mp::Lock lock({.on_owner_death = mp::OnOwnerDeath::recover});
  const mp::RawArray<long> log(std::size_t{hilo::testing::kills(1'000)});  // one cell a child
  const mp::RawValue<long> total;
  std::mt19937 random(5);
  for (std::size_t child = 0; child < log.size(); ++child) {
    mp::Process process([&, child] {
      for (;;) {
        const std::scoped_lock guard(lock);
        total.value() += 1;
        log[child] += 1;
      }
    });
    process.start();
    ::usleep(random() % 200);
    process.kill();
    process.join();
  }
  long confirmed = 0;
  for (const long cell : log) confirmed += cell;
  EXPECT_GE(total.value(), confirmed);
  EXPECT_LE(total.value(), confirmed + static_cast<long>(log.size()));
}

TEST(KilledMembersTest, ABarrierThatLosesAWaiterIsBroken) {
  for (int round = 0; round < 20; ++round) {
    const mp::Barrier barrier(3);
    mp::Process victim([barrier] { (void)barrier.wait(); });
    mp::Process survivor([barrier] {
      try {
        (void)barrier.wait();
      } catch (const hilo::BrokenBarrierError&) {
        throw hilo::SystemExit(7);
      }
    });
    victim.start();
    survivor.start();
    ASSERT_TRUE(hilo::test::eventually([&] { return barrier.n_waiting() == 2; }));
    victim.kill();
    ASSERT_TRUE(survivor.join(10s));
    EXPECT_EQ(survivor.exitcode(), 7);
    EXPECT_TRUE(barrier.broken());
    victim.join();
    barrier.reset();
    EXPECT_FALSE(barrier.broken());
  }
}

TEST(KilledMembersTest, ANotificationGoesToALivingWaiter) {
  for (int round = 0; round < 20; ++round) {
    const mp::Condition condition;
    const auto wait = [condition] {
      const std::scoped_lock guard(condition);
      condition.wait();
    };
    mp::Process victim(wait);
    victim.start();
    ASSERT_TRUE(hilo::test::eventually([&] { return condition.n_waiting() == 1; }));
    mp::Process survivor(wait);
    survivor.start();
    ASSERT_TRUE(hilo::test::eventually([&] { return condition.n_waiting() == 2; }));
    victim.kill();
    victim.join();
    {
      const std::scoped_lock guard(condition);
      condition.notify();
    }
    ASSERT_TRUE(survivor.join(10s));
    EXPECT_EQ(survivor.exitcode(), 0);
  }
}

}  // namespace
