// SPDX-License-Identifier: MIT
// Real processes on shared memory, killed at random moments.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include "hilo/errors.hpp"
#include "sync/algorithms.hpp"

namespace hilo::test {

constexpr std::uint32_t k_most_processes = 4'096;

/// What the processes share: who is dead, memory to grow by, and what a test puts there.
struct Arena {
  std::array<std::atomic<bool>, k_most_processes> dead;
  std::atomic<bool> ended;
  std::atomic<std::uint32_t> used;
  alignas(64) std::array<std::byte, 1 << 20> memory;
};

/// Processes are numbered as the parent starts them; it says who is dead when it has reaped them.
struct ProcessScope {
  static constexpr bool k_shared = true;
  static std::uint32_t self() noexcept { return g_self; }
  static bool died(std::uint32_t owner) noexcept {
    return owner >= k_most_processes || g_arena->dead[owner].load();
  }
  static std::uint32_t thread() noexcept { return 1; }
  static std::uint64_t allocate(std::size_t bytes, const void*) {
    const std::uint32_t start =
        g_arena->used.fetch_add(static_cast<std::uint32_t>(bytes + 63) & ~63U);
    if (start + bytes > g_arena->memory.size()) throw std::bad_alloc();
    return start + 1;
  }
  static void* resolve(std::uint64_t reference) noexcept { return &g_arena->memory[reference - 1]; }

  static inline Arena* g_arena = nullptr;
  static inline std::uint32_t g_self = 0;
};

}  // namespace hilo::test

namespace hilo::detail::sync {

HILO_DEFINE_SYNC(test::ProcessScope);

namespace {

using namespace std::chrono_literals;
using test::Arena, test::ProcessScope;

template <class State>
class KilledTest : public testing::Test {
 protected:
  KilledTest() : arena_(*share<Arena>()), state_(*share<State>()) {
    ProcessScope::g_arena = &arena_;
    ProcessScope::g_self = ++started_;
  }
  ~KilledTest() override {
    munmap(&arena_, sizeof(Arena));
    munmap(&state_, sizeof(State));
  }

  /// Keeps `count` processes at `work()`, kills one after the other, and lets the last ones end.
  void storm(std::size_t count, int kills, const std::function<void(State&)>& work) {
    std::mt19937 random(std::random_device{}());
    std::vector<Child> children(count);
    for (Child& child : children) child = start(work);
    for (int i = 0; i < kills; ++i) {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 600));
      Child& victim = children[random() % count];
      kill(victim.pid, SIGKILL);
      EXPECT_EQ(reap(victim), SIGKILL);
      victim = start(work);
    }
    arena_.ended = true;
    const auto end = std::chrono::steady_clock::now() + 20s;
    for (Child& child : children) {
      while (waitid(P_PID, static_cast<id_t>(child.pid), &info_, WEXITED | WNOWAIT | WNOHANG) ==
                 0 &&
             info_.si_pid == 0) {
        if (std::chrono::steady_clock::now() > end) {
          ADD_FAILURE() << "process " << child.number << " hangs";
          kill(child.pid, SIGKILL);
        }
        std::this_thread::sleep_for(1ms);
      }
      EXPECT_EQ(reap(child), 0);
      info_ = {};
    }
  }

  struct Child {
    pid_t pid;
    std::uint32_t number;
  };

  Child start(const std::function<void(State&)>& work) {
    const Child child{fork(), ++started_};
    if (child.pid != 0) return child;
    ProcessScope::g_self = started_;
    try {
      while (!arena_.ended) work(state_);
    } catch (const std::exception& error) {
      fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
    _exit(0);
  }

  int reap(const Child& child) {
    int status = 0;
    EXPECT_EQ(waitpid(child.pid, &status, 0), child.pid);
    arena_.dead[child.number] = true;
    return status;
  }

  template <class T>
  static T* share() {
    void* room =
        mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) throw std::bad_alloc();
    return static_cast<T*>(room);  // all states are valid when zeroed
  }

  Arena& arena_;
  State& state_;
  siginfo_t info_{};
  std::uint32_t started_ = 0;
};

constexpr int k_kills = 400;

template <class Kind>
struct Guarded {
  Kind lock;
  // Equal whenever nobody is in the section.
  volatile long first;
  volatile long second;
  std::atomic<std::uint32_t> inside;
  std::atomic<long> recovered;
  std::atomic<bool> torn;
};

/// Adds one to both numbers under the lock; repairs what a dead holder left.
template <class Kind>
void add_under_lock(Guarded<Kind>& state) {
  try {
    if (!state.lock.acquire(Deadline::after(10s))) throw RuntimeError("a lock was lost");
  } catch (const OwnerDiedError&) {
    try {
      state.lock.recover();
    } catch (const RuntimeError&) {
      return;  // another was faster
    }
    state.second = state.first;
    ++state.recovered;
  }
  if (state.first != state.second) state.torn = true;
  state.inside = ProcessScope::self();
  state.first = state.first + 1;
  if (state.inside != ProcessScope::self()) state.torn = true;
  state.second = state.second + 1;
  state.lock.release();
}

using LockKilledTest = KilledTest<Guarded<Lock<ProcessScope>>>;
TEST_F(LockKilledTest, NobodyHangsAndNoTwoAreInside) {
  storm(4, k_kills, add_under_lock<Lock<ProcessScope>>);
  EXPECT_FALSE(state_.torn);
  EXPECT_GT(state_.recovered, 0);
}

using RLockKilledTest = KilledTest<Guarded<RLock<ProcessScope>>>;
TEST_F(RLockKilledTest, NobodyHangsAndNoTwoAreInside) {
  storm(4, k_kills, [](auto& state) {
    // Taken twice, where it can be.
    try {
      if (!state.lock.acquire(Deadline::after(10s))) throw RuntimeError("a lock was lost");
    } catch (const OwnerDiedError&) {
      return add_under_lock(state);
    }
    add_under_lock(state);
    state.lock.release();
  });
  EXPECT_FALSE(state_.torn);
}

using BoundedKilledTest = KilledTest<BoundedSemaphore<ProcessScope>>;
TEST_F(BoundedKilledTest, ThePermitsOfTheDeadComeBack) {
  state_.start_with(20);
  storm(5, k_kills, [](auto& semaphore) {
    int taken = 0;
    while (taken < 7 && semaphore.acquire(Deadline::after(1ms))) ++taken;
    if (taken == 0 && !semaphore.acquire(Deadline::after(10s))) {
      throw RuntimeError("permits were lost");
    }
    semaphore.release(std::max(taken, 1));
  });
  EXPECT_EQ(state_.value(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(state_.acquire(Deadline::poll()));
  EXPECT_FALSE(state_.acquire(Deadline::poll()));
}

struct Mailbox {
  Lock<ProcessScope> lock;
  Condition<ProcessScope> condition;
};
using ConditionKilledTest = KilledTest<Mailbox>;
TEST_F(ConditionKilledTest, NotifyGoesOnWhoeverDies) {
  storm(5, k_kills, [](Mailbox& box) {
    const auto recovering = [&](auto&& step) {
      try {
        step();
      } catch (const OwnerDiedError&) {
        try {
          box.lock.recover();
        } catch (const RuntimeError&) {
        }
      }
    };
    recovering([&] { (void)box.lock.acquire(Deadline::never()); });
    if (!box.lock.is_owned()) return;
    if (ProcessScope::self() % 2 == 0) {
      recovering([&] { (void)box.condition.wait(box.lock, Deadline::after(50ms)); });
    } else {
      box.condition.notify(box.lock, 1);
    }
    if (box.lock.is_owned()) box.lock.release();
  });
  // Nobody waits any more; the slots of the dead are used again.
  EXPECT_EQ(state_.condition.waiters(), 0U);
  EXPECT_LT(arena_.used, 4'096U);
}

struct Meeting {
  Barrier<ProcessScope> barrier;
  std::atomic<long> met;
};
using BarrierKilledTest = KilledTest<Meeting>;
TEST_F(BarrierKilledTest, BreaksAndCanBeUsedAgain) {
  state_.barrier.start_with(3);
  storm(4, k_kills, [](Meeting& meeting) {
    try {
      meeting.barrier.wait(Deadline::after(20ms), [&] { ++meeting.met; });
    } catch (const BrokenBarrierError&) {
      meeting.barrier.reset();
    }
  });
  EXPECT_GT(state_.met, 0);
  EXPECT_LT(arena_.used, 4'096U);
}

using EventKilledTest = KilledTest<Event<ProcessScope>>;
TEST_F(EventKilledTest, WaitersAreReleasedThoughSettersDie) {
  storm(4, k_kills, [](auto& event) {
    if (ProcessScope::self() % 2 == 0) {
      event.set();
      event.clear();
    } else {
      event.wait(Deadline::after(20ms));
    }
  });
}

}  // namespace
}  // namespace hilo::detail::sync
