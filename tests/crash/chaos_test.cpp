// SPDX-License-Identifier: MIT
// Everything at once, in three generations of processes, while members are killed at random for
// HILO_CHAOS_SECONDS (two minutes).
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <vector>

#include "crash/chaos_family.hpp"
#include "heap/heap.hpp"
#include "heap/members.hpp"
#include "helpers/eventually.hpp"
#include "helpers/footprint.hpp"
#include "helpers/found_family.hpp"
#include "helpers/process_tree.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::test::chaos {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

std::chrono::seconds duration() {
  const char* const text = std::getenv("HILO_CHAOS_SECONDS");
  return std::chrono::seconds(text == nullptr ? 120 : std::atoi(text));
}

/// The first generation, and what the test knows of all.
class Chaos {
 public:
  explicit Chaos(const World& world) : world_(world) { progress_.fill({0, Clock::now()}); }

  void refill() {
    for (auto& starter : starters_) {
      if (starter && starter->is_alive()) continue;
      if (starter) starter->join();
      starter = mp::get_context(k_methods[random_() % k_methods.size()])
                    .Process(start_others, world_, 1U, static_cast<unsigned>(random_()));
      try {
        starter->start();
      } catch (const RuntimeError&) {
        starter.reset();  // the forkserver was killed three times in one start
      }
    }
    reap();
  }

  bool kill_one() {
    const std::vector<int> all = descendants_of(::getpid());
    return !all.empty() && kill_descendant(all[random_() % all.size()]);
  }

  /// Everybody goes on: each trade made steps lately, and no parent left a zombie lying about.
  void look() {
    const auto now = Clock::now();
    for (unsigned trade = 0; trade < k_trades; ++trade) {
      auto& [steps, when] = progress_[trade];
      if (std::exchange(steps, world_.steps[trade]) != steps) when = now;
      ASSERT_LT(now - when, k_soon) << "nothing moves in trade " << trade;
    }
    std::map<int, Clock::time_point> zombies;
    for (const int pid : descendants_of(::getpid())) {
      if (state_of(pid) != 'Z') continue;
      const auto before = zombies_.find(pid);
      zombies.emplace(pid, before == zombies_.end() ? now : before->second);
      ASSERT_LT(now - zombies[pid], k_soon) << "a zombie stays";
    }
    zombies_ = std::move(zombies);
    ASSERT_EQ(world_.failures[0], 0);
  }

  /// Ends the first generation, with which all must end but the forkserver, the family's own.
  [[nodiscard]] bool all_end() {
    for (auto& starter : starters_) {
      if (!starter) continue;
      starter->kill();
      starter->join();
      starter.reset();
    }
    return eventually([&] {
      reap();
      return descendants_of(::getpid()).size() <= 1;
    });
  }

  unsigned pause_before_the_next() { return static_cast<unsigned>(random_()) % 40'000; }

 private:
  static constexpr std::array k_methods = {mp::StartMethod::fork, mp::StartMethod::spawn,
                                           mp::StartMethod::forkserver};
  void reap() {
    std::vector<int> ours;
    for (const auto& starter : starters_) {
      if (starter) ours.push_back(*starter->pid());
    }
    reap_orphans(ours);
  }

  const World& world_;
  std::mt19937 random_{17};
  std::array<std::optional<mp::Process>, 2> starters_;
  std::array<std::pair<long, Clock::time_point>, k_trades> progress_;
  std::map<int, Clock::time_point> zombies_;
};

/// What is left in a queue, and whether its books are right.
template <class Queue>
void settle(const World& world, const Traffic<Queue>& road, unsigned which) {
  std::map<int, int> last;
  while (auto parcel = road.queue.try_get(k_soon / 30)) {
    take_next(road, std::move(parcel), last);
  }
  if constexpr (requires { road.queue.join(k_soon); }) {
    EXPECT_TRUE(road.queue.join(k_soon)) << "the tasks of the dead are waited for";
  }
  const long producers =
      std::min(world.lives[k_producer + which], static_cast<long>(road.put.size()));
  EXPECT_GT(road.check(static_cast<int>(producers), world.lives[k_consumer + which]), producers);
}

void settle(const Commons& commons) {
  ASSERT_TRUE(commons.lock.acquire(k_soon));
  commons.lock.release();
  ASSERT_TRUE(commons.again.acquire(k_soon));
  commons.again.release();
  ASSERT_TRUE(commons.condition.acquire(k_soon));
  EXPECT_FALSE(commons.condition.wait(10ms));
  commons.condition.release();
  for (int slot = 0; slot < Commons::k_slots; ++slot) {
    ASSERT_TRUE(commons.slots.acquire(k_soon)) << "a killed holder's permit is lost";
  }
  EXPECT_FALSE(commons.slots.acquire(false));
}

TEST(ChaosTest, NobodyHangsNothingIsLostAndNothingRemains) {
  if (k_thread_sanitizer) GTEST_SKIP() << "it cannot take a fork at any moment";
  // Where leaks are looked for at a process's end, a process of the sanitizer's own does that; who
  // asked it waits for ever if it is killed. This one's own leaks are looked for all the same.
  ::setenv("LSAN_OPTIONS", "detect_leaks=0", 1);
  ASSERT_TRUE(become_parent_of_orphans());
  found_family();
  mp::ensure_forkserver_running();
  const hilo::testing::Footprint before;
  const auto use = detail::family::heap_use();
  const auto members = detail::family::count_members();
  unsigned kills = 0;
  {
    const World world = World::make(static_cast<std::size_t>(32 + 32 * duration().count()));
    Chaos chaos(world);
    for (const auto end = Clock::now() + duration(); Clock::now() < end;) {
      chaos.refill();
      // The instant of the kill is what is random here; nothing is waited for.
      ::usleep(chaos.pause_before_the_next());
      kills += chaos.kill_one() ? 1 : 0;
      chaos.look();
      if (HasFatalFailure()) break;
    }
    EXPECT_TRUE(chaos.all_end());
    for (unsigned which = 0; which < k_roads; ++which) {
      world.with_road(which, [&](const auto& road) { settle(world, road, which); });
    }
    settle(world.commons);
    const Account account = world.commons.account.value();
    EXPECT_LE(account.written - account.confirmed, static_cast<long>(kills));
    EXPECT_GT(account.confirmed, static_cast<long>(kills)) << "killed before they did anything";
    std::cout << kills << " kills\n";
  }
  // Who was killed in the middle of a start leaves a record that is given up after a minute, and
  // the server before this one may end but now.
  const auto is_as_before = [&] {
    found_family();  // the dead are buried by the next start
    mp::ensure_forkserver_running();
    reap_orphans({});
    return detail::family::heap_use().bytes == use.bytes &&
           detail::family::count_members() == members && hilo::testing::Footprint() == before;
  };
  const auto end = Clock::now() + 100s;
  while (Clock::now() < end && !is_as_before()) ::usleep(100'000);
  EXPECT_EQ(detail::family::heap_use().blocks, use.blocks);
  EXPECT_EQ(detail::family::heap_use().bytes, use.bytes);
  EXPECT_EQ(detail::family::count_members(), members);
  EXPECT_EQ(hilo::testing::Footprint(), before);
}

}  // namespace
}  // namespace hilo::test::chaos
