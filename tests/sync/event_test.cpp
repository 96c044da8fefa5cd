// SPDX-License-Identifier: MIT
#include HILO_MODULE_HEADER

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "helpers/eventually.hpp"

namespace hilo::HILO_MODULE {
namespace {

using namespace std::chrono_literals;
using test::in_threads, test::k_soon, test::time_of;

TEST(EventTest, IsAFlag) {
  Event event;
  EXPECT_FALSE(event.is_set());
  event.set();
  event.set();
  EXPECT_TRUE(event.is_set());
  EXPECT_TRUE(event.wait());
  EXPECT_TRUE(event.wait(0s));
  event.clear();
  event.clear();
  EXPECT_FALSE(event.is_set());
}

TEST(EventTest, TimesOutWhileClear) {
  const Event event;
  EXPECT_FALSE(event.wait(0s));
  EXPECT_FALSE(event.wait(-1s));
  EXPECT_GE(time_of([&] { EXPECT_FALSE(event.wait(20ms)); }), 20ms);
}

TEST(EventTest, ReleasesAllWhoWait) {
  Event event;
  std::atomic<int> through = 0;
  std::thread others([&] { in_threads(4, [&](int) { through += event.wait(k_soon); }); });
  event.set();
  others.join();
  EXPECT_EQ(through, 4);
}

TEST(EventTest, ReleasesThoseWhoWaitAlsoIfItIsClearedAtOnce) {
  for (int round = 0; round < 300; ++round) {
    Event event;
    std::atomic<int> through = 0;
    std::atomic<bool> waiting = false;
    std::thread waiter([&] {
      waiting = true;
      through += event.wait(k_soon);
    });
    while (!waiting) std::this_thread::yield();
    // Nobody can know that the waiter waits already; but once it does, one pair must do.
    while (through == 0) {
      event.set();
      event.clear();
    }
    waiter.join();
    EXPECT_EQ(through, 1);
    EXPECT_FALSE(event.is_set());
  }
}

TEST(EventTest, CarriesWhatWasWrittenBefore) {
  for (int round = 0; round < 1'000; ++round) {
    Event event;
    int value = 0;
    in_threads(2, [&](int number) {
      if (number == 0) {
        value = 1;
        event.set();
      } else {
        event.wait();
        EXPECT_EQ(value, 1);
      }
    });
  }
}

}  // namespace
}  // namespace hilo::HILO_MODULE
