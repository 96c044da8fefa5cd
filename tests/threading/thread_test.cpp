// SPDX-License-Identifier: MIT
#include "hilo/threading/thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "os/faults.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;

constexpr auto k_soon = 30s;

/// A thread that stands still until it is let go; joined at the end in any case.
class HeldThread {
 public:
  HeldThread() : HeldThread(ThreadOptions{}) {}
  explicit HeldThread(ThreadOptions options)
      : thread(std::move(options), [gate = gate_.get_future()] { gate.wait(); }) {
    thread.start();
  }
  ~HeldThread() { let_go(); }
  HeldThread(const HeldThread&) = delete;
  HeldThread& operator=(const HeldThread&) = delete;

  void let_go() {
    if (std::exchange(held_, false)) gate_.set_value();
    thread.join();
  }

 private:
  std::promise<void> gate_;
  bool held_ = true;

 public:
  Thread thread;
};

int g_sum = 0;
void add(int left, int right) { g_sum = left + right; }

TEST(ThreadTest, CallsItsTargetWithItsArguments) {
  Thread thread(add, 40, 2);
  thread.start();
  thread.join();
  EXPECT_EQ(g_sum, 42);
}

TEST(ThreadTest, TakesMoveOnlyTargetsAndArguments) {
  int seen = 0;
  auto box = std::make_unique<int>(7);
  Thread thread([box = std::move(box), &seen](std::unique_ptr<int> more) { seen = *box + *more; },
                std::make_unique<int>(5));
  thread.start();
  thread.join();
  EXPECT_EQ(seen, 12);
}

TEST(ThreadTest, DropsItsArgumentsWhenTheTargetReturns) {
  auto shared = std::make_shared<int>(1);
  Thread thread([](const std::shared_ptr<int>&) {}, shared);
  EXPECT_EQ(shared.use_count(), 2);
  thread.start();
  thread.join();
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(ThreadTest, CallsAMemberFunction) {
  struct Counter {
    int value = 0;
    void raise(int by) { value += by; }
  } counter;
  Thread thread(&Counter::raise, &counter, 3);
  thread.start();
  thread.join();
  EXPECT_EQ(counter.value, 3);
}

TEST(ThreadTest, StartsOnceOnly) {
  Thread thread([] {});
  thread.start();
  EXPECT_THROW(thread.start(), RuntimeError);
  thread.join();
  EXPECT_THROW(thread.start(), RuntimeError);
  EXPECT_THROW(main_thread().start(), RuntimeError);
}

TEST(ThreadTest, IsNotJoinedBeforeItsStart) {
  Thread thread([] {});
  EXPECT_THROW(thread.join(), RuntimeError);
  EXPECT_THROW(thread.join(0s), RuntimeError);
}

TEST(ThreadTest, DoesNotJoinItself) {
  EXPECT_THROW(current_thread().join(), RuntimeError);
  bool refused = false;
  Thread thread([&refused] {
    try {
      current_thread().join(0s);
    } catch (const RuntimeError&) {
      refused = true;
    }
  });
  thread.start();
  thread.join();
  EXPECT_TRUE(refused);
}

TEST(ThreadTest, JoinTellsWhetherTimeWasUp) {
  HeldThread held;
  EXPECT_FALSE(held.thread.join(0s));
  EXPECT_FALSE(held.thread.join(-1s));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(held.thread.join(20ms));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
  held.let_go();
  EXPECT_TRUE(held.thread.join(0s));
}

TEST(ThreadTest, IsJoinedByMany) {
  HeldThread held;
  std::vector<Thread> joiners;
  for (int i = 0; i < 4; ++i) {
    joiners.emplace_back([thread = held.thread]() mutable { return thread.join(k_soon); });
    joiners.emplace_back([thread = held.thread]() mutable {
      thread.join();
      return true;
    });
  }
  for (Thread& joiner : joiners) joiner.start();
  held.let_go();
  for (Thread& joiner : joiners) EXPECT_TRUE(joiner.result<bool>(k_soon));
}

TEST(ThreadTest, JoinComesAfterTheThreadLocalDestructors) {
  static std::atomic<bool> destroyed{false};
  struct Late {
    ~Late() {
      std::this_thread::sleep_for(20ms);  // time to be too early in
      destroyed = true;
    }
  };
  for (const bool timed : {false, true}) {
    destroyed = false;
    Thread thread([] {
      thread_local Late late;
      static_cast<void>(late);
    });
    thread.start();
    if (timed) {
      EXPECT_TRUE(thread.join(k_soon));
    } else {
      thread.join();
    }
    EXPECT_TRUE(destroyed);
  }
}

TEST(ThreadTest, IsAliveFromStartToEnd) {
  Thread fresh([] {});
  EXPECT_FALSE(fresh.is_alive());
  EXPECT_FALSE(fresh.ident());
  EXPECT_FALSE(fresh.native_id());
  HeldThread held;
  EXPECT_TRUE(held.thread.is_alive());
  held.let_go();
  EXPECT_FALSE(held.thread.is_alive());
}

TEST(ThreadTest, LivesOnWithoutItsHandle) {
  std::promise<void> gate;
  std::promise<int> answer;
  {
    Thread thread([go = gate.get_future(), &answer] {
      go.wait();
      answer.set_value(3);
    });
    thread.start();
  }
  gate.set_value();
  EXPECT_EQ(answer.get_future().get(), 3);
}

TEST(ThreadTest, LeavesNothingBehindWhenNobodyJoinsIt) {
  auto value = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = value;
  Thread([value = std::move(value)] { return value; }).start();
  const auto end = std::chrono::steady_clock::now() + k_soon;
  while (!watch.expired() && std::chrono::steady_clock::now() < end) {
    Thread next([] {});  // each start tidies up after those that have ended
    next.start();
    next.join();
  }
  EXPECT_TRUE(watch.expired());
}

TEST(ThreadTest, HandlesOfOneThreadAreEqual) {
  HeldThread held;
  const Thread copy = held.thread;
  EXPECT_EQ(copy, held.thread);
  EXPECT_NE(copy, current_thread());
  Thread assigned([] {});
  EXPECT_NE(assigned, copy);
  assigned = copy;
  EXPECT_EQ(assigned, copy);
}

TEST(ThreadTest, HasANameFromTheStart) {
  const Thread first([] {});
  const Thread second([] {});
  ASSERT_EQ(first.name().rfind("Thread-", 0), 0U);
  const int number = std::stoi(first.name().substr(7));
  EXPECT_EQ(second.name(), "Thread-" + std::to_string(number + 1) + " (<lambda>)");
  EXPECT_EQ(Thread({.name = "Servicio"}, [] {}).name(), "Servicio");
  EXPECT_EQ(main_thread().name(), "MainThread");
}

TEST(ThreadTest, TheMainThreadHasBeenStarted) {
  try {
    main_thread().start();
    FAIL() << "started main()";
  } catch (const RuntimeError& error) {
    EXPECT_STREQ(error.what(), "hilo: MainThread can be started once only");
  }
}

TEST(ThreadTest, NameCanBeSetAtAnyTime) {
  Thread fresh([] {});
  fresh.set_name("early");
  EXPECT_EQ(fresh.name(), "early");
  HeldThread held({.name = "one"});
  held.thread.set_name("two");
  EXPECT_EQ(held.thread.name(), "two");
  held.let_go();
  held.thread.set_name("three");
  EXPECT_EQ(held.thread.name(), "three");
  held.thread.set_name("");
  EXPECT_EQ(held.thread.name(), "");
}

TEST(ThreadTest, NameIsTheSystemsToo) {
  const auto shown = [](const Thread& thread) {
    std::string line;
    std::ifstream file("/proc/self/task/" + std::to_string(*thread.native_id()) + "/comm");
    std::getline(file, line);
    return line;
  };
  if (shown(main_thread()).empty()) GTEST_SKIP() << "the system shows no names in a file";
  Thread thread({.name = "cañón de agua y"}, [&] { return shown(current_thread()); });
  thread.start();
  EXPECT_EQ(thread.result<std::string>(), "cañón de agua");
  HeldThread held;
  EXPECT_EQ(shown(held.thread).rfind("Thread-", 0), 0U);
  held.thread.set_name("renamed");
  EXPECT_EQ(shown(held.thread), "renamed");
}

TEST(ThreadTest, IdentIsTheOneThatTheThreadSees) {
  HeldThread held;
  EXPECT_EQ(held.thread.ident(), held.thread.native_id());
  EXPECT_NE(held.thread.ident(), get_ident());
  Thread thread([] { return get_ident(); });
  thread.start();
  EXPECT_EQ(thread.ident(), thread.result<std::uint64_t>());
}

TEST(ThreadTest, DaemonIsInherited) {
  EXPECT_FALSE(Thread([] {}).daemon());
  EXPECT_TRUE(Thread({.daemon = true}, [] {}).daemon());
  Thread thread({.daemon = true}, [] {
    return std::pair(Thread([] {}).daemon(), Thread({.daemon = false}, [] {}).daemon());
  });
  thread.start();
  EXPECT_EQ((thread.result<std::pair<bool, bool>>()), std::pair(true, false));
}

TEST(ThreadTest, DaemonIsSettledAtTheStart) {
  Thread thread([] {});
  thread.set_daemon(true);
  EXPECT_TRUE(thread.daemon());
  thread.start();
  EXPECT_THROW(thread.set_daemon(false), RuntimeError);
  EXPECT_TRUE(thread.daemon());
  thread.join();
}

TEST(ThreadTest, GivesAStopTokenToATargetThatTakesOne) {
  std::promise<void> running;
  Thread thread(
      [&running](const std::stop_token& stop, int value) {
        running.set_value();
        while (!stop.stop_requested()) std::this_thread::yield();
        return value;
      },
      4);
  thread.start();
  running.get_future().wait();
  EXPECT_TRUE(thread.get_stop_token().stop_possible());
  EXPECT_TRUE(thread.request_stop());
  EXPECT_FALSE(thread.request_stop());
  EXPECT_EQ(thread.result<int>(), 4);
}

TEST(ThreadTest, KnowsNoStopWithoutAToken) {
  Thread thread([] {});
  EXPECT_FALSE(thread.get_stop_token().stop_possible());
  EXPECT_FALSE(thread.request_stop());
}

TEST(ThreadTest, ARefusedStartChangesNothing) {
  Thread thread([] { return 1; });
  const std::size_t before = active_count();
  {
    const os::FaultGuard guard("start_native_thread", EAGAIN);
    EXPECT_THROW(thread.start(), std::system_error);
  }
  EXPECT_FALSE(thread.is_alive());
  EXPECT_EQ(active_count(), before);
  EXPECT_THROW(thread.join(0s), RuntimeError);
  thread.start();
  EXPECT_EQ(thread.result<int>(), 1);
}

}  // namespace
}  // namespace hilo::threading
