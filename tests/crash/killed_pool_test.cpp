// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <random>
#include <system_error>
#include <thread>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/footprint.hpp"
#include "helpers/process_watch.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;

int next_number(int n) {
  for (volatile int i = 0; i < 10'000;) i = i + 1;  // long enough to be hit
  return n + 1;
}

/// Sends signals to random workers until it is destroyed.
class Killer {
 public:
  Killer() : thread_([this] { kill(); }) {}
  ~Killer() {
    over_ = true;
    thread_.join();
  }
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;

 private:
  void kill() {
    std::mt19937 random(7);
    constexpr std::array k_signals{SIGKILL, SIGSEGV, SIGSTOP};
    while (!over_) {
      const auto workers = mp::active_children();
      try {
        if (!workers.empty()) {
          // By the sentinel: the id could be another process's by now.
          ::syscall(SYS_pidfd_send_signal, workers[random() % workers.size()].sentinel(),
                    k_signals[random() % k_signals.size()], nullptr, 0);
        }
      } catch (const std::system_error&) {  // it has ended
      }
      std::this_thread::sleep_for(3ms);  // the rate of the killing, not a wait for anything
    }
  }

  std::atomic<bool> over_{false};
  std::thread thread_;
};

struct Counts {
  int results = 0;
  int lost = 0;
  int late = 0;
};

Counts run_tasks(int count, int retries) {
  Counts counts;
  mp::Pool pool(4);
  const Killer killer;
  constexpr int k_at_once = 2000;
  for (int done = 0; done < count; done += k_at_once) {
    std::vector<mp::pool::AsyncResult<int>> all;
    for (int n = 0; n < k_at_once; ++n) {
      all.push_back(pool.apply_async({.limits = {.timeout = 100ms, .retries = retries}},
                                     next_number, done + n));
    }
    for (int n = 0; n < k_at_once; ++n) {
      try {
        EXPECT_EQ(all[static_cast<std::size_t>(n)].get(20s), done + n + 1);
        ++counts.results;
      } catch (const hilo::WorkerLostError&) {
        ++counts.lost;
      } catch (const hilo::TimeoutError&) {
        EXPECT_TRUE(all[static_cast<std::size_t>(n)].ready());
        ++counts.late;
      }
    }
  }
  return counts;
}

TEST(KilledPoolTest, EndsEachTaskOnce) {
  if (hilo::test::k_thread_sanitizer) GTEST_SKIP() << "it cannot take a fork at any moment";
  { mp::Pool first(1); }
  const hilo::testing::Footprint before;
  const Counts counts = run_tasks(100'000, 0);
  EXPECT_EQ(counts.results + counts.lost + counts.late, 100'000);
  EXPECT_GT(counts.lost + counts.late, 0);
  EXPECT_TRUE(hilo::test::eventually([&] { return hilo::testing::Footprint() == before; }))
      << hilo::testing::Footprint() << " instead of " << before;
}

int parent_id(int) { return ::getppid(); }
int worker_id(int) { return ::getpid(); }

/// Owns a pool until it is killed, and says who belongs to it.
void own_a_pool(mp::StartMethod method, mp::Queue<std::vector<int>> tells) {
  mp::Pool pool({.processes = 2, .context = method});
  std::vector<int> ids = pool.map(worker_id, std::vector<int>(20), 1);
  if (method == mp::StartMethod::fork) ids.push_back(pool.apply(parent_id, 0));  // the nursery
  tells.put(ids);
  std::this_thread::sleep_for(60s);
}

TEST(KilledPoolTest, LeavesNothingOfAKilledOwner) {
  for (const auto method : {mp::StartMethod::fork, mp::StartMethod::forkserver}) {
    mp::Queue<std::vector<int>> tells;
    mp::Process owner = mp::get_context(mp::StartMethod::fork).Process(own_a_pool, method, tells);
    owner.start();
    std::deque<hilo::test::ProcessWatch> watches;
    for (const int id : tells.get(20s)) watches.emplace_back(id);
    owner.kill();
    owner.join();
    for (const auto& watch : watches) EXPECT_TRUE(!watch.found() || watch.ends_within(5s));
  }
}

TEST(KilledPoolTest, SucceedsWithAllIfTheyAreTriedAgain) {
  if (hilo::test::k_thread_sanitizer) GTEST_SKIP() << "it cannot take a fork at any moment";
  EXPECT_EQ(run_tasks(20'000, 1000).results, 20'000);
}

}  // namespace
