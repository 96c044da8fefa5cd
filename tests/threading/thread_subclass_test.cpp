// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;

struct Adder : Thread {
  explicit Adder(int first) : number(first) {}
  Adder(ThreadOptions options, int first) : Thread(std::move(options)), number(first) {}
  void run() override { number += 1; }
  int number;
};

TEST(ThreadSubclassTest, RunsItsOwnRun) {
  Adder adder(41);
  adder.start();
  adder.join();
  EXPECT_EQ(adder.number, 42);
  EXPECT_THROW(adder.start(), RuntimeError);
}

TEST(ThreadSubclassTest, TakesOptions) {
  Adder adder({.name = "adder", .daemon = true}, 1);
  EXPECT_EQ(adder.name(), "adder");
  EXPECT_TRUE(adder.daemon());
}

TEST(ThreadSubclassTest, KnowsItself) {
  struct Curious : Thread {
    void run() override { itself = current_thread() == *this; }
    bool itself = false;
  } curious;
  curious.start();
  curious.join();
  EXPECT_TRUE(curious.itself);
}

TEST(ThreadSubclassTest, CanCallTheTargetOfItsBase) {
  struct Around : Thread {
    explicit Around(std::string& log) : Thread([&log] { log += "target "; }), text(log) {}
    void run() override {
      text += "before ";
      Thread::run();
      text += "after";
    }
    std::string& text;
  };
  std::string log;
  Around around(log);
  around.start();
  around.join();
  EXPECT_EQ(log, "before target after");
}

TEST(ThreadSubclassTest, SharedObjectLivesUntilItsRunEnds) {
  struct Held : Thread {
    Held(std::future<void> go, std::promise<void> done)
        : gate(std::move(go)), end(std::move(done)) {}
    ~Held() override { end.set_value(); }
    void run() override { gate.wait(); }
    std::future<void> gate;
    std::promise<void> end;
  };
  std::promise<void> gate;
  std::promise<void> end;
  auto destroyed = end.get_future();
  auto held = std::make_shared<Held>(gate.get_future(), std::move(end));
  held->start();
  Thread handle = *held;
  held.reset();
  EXPECT_EQ(destroyed.wait_for(10ms), std::future_status::timeout);
  gate.set_value();
  handle.join();
  EXPECT_EQ(destroyed.wait_for(0s), std::future_status::ready);
}

TEST(ThreadSubclassTest, AnExceptionOfItsRunIsItsResult) {
  struct Failing : Thread {
    void run() override { throw std::logic_error("no"); }
  } failing;
  testing::internal::CaptureStderr();
  failing.start();
  failing.join();
  static_cast<void>(testing::internal::GetCapturedStderr());
  EXPECT_THROW(failing.result(), std::logic_error);
  EXPECT_THROW(failing.result<int>(), std::logic_error);
}

TEST(ThreadSubclassTest, ASlicedCopyCannotStartIt) {
  std::vector<Thread> threads;
  threads.push_back(Adder(1));
  EXPECT_THROW(threads[0].start(), RuntimeError);
}

TEST(ThreadSubclassTest, BaseHandlesJoinIt) {
  Adder adder(1);
  Thread handle = adder;
  adder.start();
  handle.join();
  EXPECT_FALSE(adder.is_alive());
  EXPECT_EQ(adder.number, 2);
}

TEST(ThreadSubclassDeathTest, DyingBeforeItsRunEndsIsExplained) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  struct Endless : Thread {
    explicit Endless(std::promise<void>& up) : Thread({.name = "endless"}), running(up) {}
    void run() override {
      running.set_value();
      std::promise<void>().get_future().wait();
    }
    std::promise<void>& running;
  };
  EXPECT_DEATH(
      {
        std::promise<void> running;
        auto endless = std::make_unique<Endless>(running);
        endless->start();
        running.get_future().wait();
        endless.reset();
      },
      "thread endless was destroyed while its run\\(\\) goes on: make it with std::make_shared");
}

}  // namespace
}  // namespace hilo::threading
