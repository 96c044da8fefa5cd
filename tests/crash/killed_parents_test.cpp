// SPDX-License-Identifier: MIT
// Processes that start others, by fork and by spawn, are killed at random moments: what they
// started keeps all it holds for as long as it lives, and ends with them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/footprint.hpp"
#include "helpers/kills.hpp"
#include "helpers/process_tree.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

struct Shared {
  mp::Lock lock = mp::Lock({.on_owner_death = mp::OnOwnerDeath::recover});
  mp::RawValue<long> steps;
  mp::RawValue<int> failures;
  mp::Semaphore alive{0};  // one permit for each daemon that has begun; none is taken
};

void work(const Shared& shared) {
  try {
    shared.alive.release();
    for (;;) {
      const std::scoped_lock guard(shared.lock);
      shared.steps.value() += 1;
    }
  } catch (...) {
    shared.failures.value() += 1;
    throw;
  }
}

void start_others(const Shared& shared, unsigned seed) {
  std::mt19937 random(seed);
  for (;;) {
    const auto method = random() % 3 == 0 ? mp::StartMethod::spawn : mp::StartMethod::fork;
    mp::Process daemon = mp::get_context(method).Process({.daemon = true}, work, shared);
    daemon.start();
    ::usleep(random() % 3'000);
    if (random() % 2 == 0) {
      daemon.kill();
      daemon.join();
    }
  }
}

TEST(KilledParentsTest, WhatTheyStartedKeepsWhatItHolds) {
  ASSERT_TRUE(hilo::test::become_parent_of_orphans());
  const hilo::testing::Footprint footprint;
  {
    const Shared shared;
    std::mt19937 random(7);
    std::vector<mp::Process> parents;
    for (unsigned seed = 0; seed < 4; ++seed) parents.emplace_back(start_others, shared, seed);
    for (auto& parent : parents) parent.start();
    for (unsigned killed = 0; killed < hilo::testing::kills(9'000) / 30; ++killed) {
      ::usleep(random() % 15'000);
      mp::Process& victim = parents[random() % parents.size()];
      victim.kill();
      ASSERT_TRUE(victim.join(hilo::test::k_soon));
      ASSERT_EQ(victim.exitcode(), -9) << "it ended by itself";
      victim = mp::Process(start_others, shared, killed + 10);
      victim.start();
    }
    for (auto& parent : parents) parent.kill();
    for (auto& parent : parents) parent.join();
    EXPECT_EQ(shared.failures.value(), 0);
    EXPECT_GT(shared.alive.get_value(), 0);
    EXPECT_TRUE(hilo::test::eventually([] {
      hilo::test::reap_orphans({});
      return hilo::test::children_of(::getpid()).empty();
    })) << "daemons do not end by themselves";
  }
  EXPECT_EQ(hilo::testing::Footprint().shared_files, footprint.shared_files);
}

}  // namespace
