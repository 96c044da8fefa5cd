// SPDX-License-Identifier: MIT
// What docs/design/fork.md promises of locks and locals in a forked child.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/detail/sync/permit.hpp"
#include "hilo/multiprocessing/event.hpp"
#include "hilo/multiprocessing/lock.hpp"
#include "hilo/threading.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;
using test::eventually, test::k_soon;

/// In a forked child: ends it, with a word on what went wrong if anything did.
[[noreturn]] void leave(const std::vector<std::pair<const char*, bool>>& checks) {
  int code = 0;
  for (const auto& [what, right] : checks) {
    if (right) continue;
    std::fprintf(stderr, "wrong in the child: %s\n", what);
    code = 1;
  }
  std::_Exit(code);
}

/// EXPECT_EXIT forks: its statement is the child.
class ForkLocksDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "fast"; }
};

/// While it lives, another thread holds `lock`.
template <class AnyLock>
class Held {
 public:
  explicit Held(const AnyLock& lock)
      : holder_([this, &lock] {
          const std::scoped_lock guard(lock);
          held_.set();
          enough_.wait();
        }) {
    holder_.start();
    held_.wait();
  }
  ~Held() {
    enough_.set();
    holder_.join();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  Event held_;
  Event enough_;
  Thread holder_;
};

TEST_F(ForkLocksDeathTest, WhatAnotherThreadHoldsStaysHeld) {
  const Lock lock;
  const RLock rlock;
  {
    const Held held(lock);
    const Held rheld(rlock);
    EXPECT_EXIT(leave({{"lock", lock.locked() && !lock.acquire(10ms)},
                       {"rlock", rlock.locked() && !rlock.acquire(10ms)}}),
                testing::ExitedWithCode(0), "");
  }
  EXPECT_TRUE(lock.acquire(false));
}

TEST_F(ForkLocksDeathTest, WhatTheCallerHoldsIsTheChilds) {
  const Lock lock;
  const RLock rlock;
  const Semaphore semaphore(2);
  const std::scoped_lock guard(lock, rlock, rlock, semaphore);
  EXPECT_EXIT(
      {
        lock.release();
        rlock.release();
        const bool still = rlock.locked();
        rlock.release();
        Thread other([&] { return lock.acquire(k_soon) && rlock.acquire(k_soon); });
        other.start();
        leave({{"once more", still},
               {"semaphore", semaphore.get_value() == 1},
               {"free for others", other.result<bool>()}});
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(ForkLocksDeathTest, ALockThatOthersQueuedForIsUsable) {
  const Lock lock;
  const auto starving = [&] {
    return (reinterpret_cast<const std::atomic<std::uint32_t>&>(lock) & detail::sync::k_starving) !=
           0;
  };
  lock.acquire();
  std::atomic<bool> stop = false;
  Thread waiter([&] {
    while (!stop) {
      const std::scoped_lock guard(lock);
    }
  });
  waiter.start();
  // Takes it from under the nose of a waiter who has waited for long.
  ASSERT_TRUE(eventually([&] {
    const auto end = std::chrono::steady_clock::now() + 2ms;
    while (!starving() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    if (starving()) return true;
    lock.release();
    lock.acquire();
    return false;
  }));
  EXPECT_EXIT(
      {
        lock.release();
        bool acquired = false;
        const auto time = test::time_of([&] { acquired = lock.acquire(k_soon); });
        leave({{"acquired", acquired}, {"long before time was up", time < k_soon / 2}});
      },
      testing::ExitedWithCode(0), "");
  stop = true;
  lock.release();
  waiter.join();
}

TEST_F(ForkLocksDeathTest, OtherThreadsWaitForALockOfTheChild) {
  const Lock lock;
  EXPECT_EXIT(
      {
        lock.acquire();
        Thread other([&] { return lock.acquire(k_soon); });
        other.start();
        lock.release();
        leave({{"handed over", other.result<bool>()}});
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(ForkLocksDeathTest, ALockOfProcessesIsTheParents) {
  const multiprocessing::Lock lock;
  const multiprocessing::Event let_go;
  Event held;
  Thread holder([&] {
    const std::scoped_lock guard(lock);
    held.set();
    let_go.wait(k_soon);
  });
  holder.start();
  held.wait();
  EXPECT_EXIT(
      {
        const bool refused = !lock.acquire(false);
        let_go.set();
        leave({{"refused", refused}, {"handed over", lock.acquire(k_soon)}});
      },
      testing::ExitedWithCode(0), "");
  holder.join();
}

TEST_F(ForkLocksDeathTest, TheCallersLocalsAreKeptAndThoseOfOthersLeftAlone) {
  static std::atomic<int> died = 0;
  struct Counted {
    int value = 0;
    ~Counted() { ++died; }
  };
  std::optional<local<Counted>> counted(std::in_place);
  (*counted)->value = 5;
  Event made;
  Event enough;
  Thread other([&] {
    (*counted)->value = 6;
    made.set();
    enough.wait();
  });
  other.start();
  made.wait();
  EXPECT_EXIT(
      {
        const bool kept = (*counted)->value == 5;
        Thread fresh([&] { return (*counted)->value; });
        fresh.start();
        const bool anew = fresh.result<int>() == 0;
        fresh.join();
        counted.reset();
        leave({{"kept", kept}, {"anew", anew}, {"died", died == 2}});
      },
      testing::ExitedWithCode(0), "");
  enough.set();
  other.join();
}

TEST_F(ForkLocksDeathTest, ForksWhileOthersUseHilosOwn) {
  std::atomic<bool> stop = false;
  std::vector<Thread> busy;
  for (int i = 0; i < 3; ++i) {
    busy.emplace_back([&] {
      while (!stop) {
        const local<int> number(1);
        *number += 1;
        static_cast<void>(enumerate());
      }
    });
    busy.back().start();
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EXIT(
        {
          const local<int> number(1);
          leave({{"local", *number == 1}, {"count", active_count() == 1}});
        },
        testing::ExitedWithCode(0), "");
  }
  stop = true;
  for (Thread& thread : busy) thread.join();
}

}  // namespace
}  // namespace hilo::threading
