// SPDX-License-Identifier: MIT
// Forks while eight threads allocate and lock: the child works.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

namespace {

TEST(ForkInThreadsTest, TheChildLocksAllocatesAndSends) {
  const mp::Lock own;     // of the threads, held by one of them at any time
  const mp::Lock common;  // of the children
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int count = 0; count < 8; ++count) {
    threads.emplace_back([&] {
      while (!stop.load()) {
        const std::scoped_lock guard(own);
        std::vector<mp::Value<int>> values(10);
        for (const auto& value : values) value.value() += 1;
      }
    });
  }
  for (int round = 0; round < 200; ++round) {
    mp::Value<int> answer(0);
    mp::Process child([&] {
      const std::scoped_lock guard(common);
      std::vector<mp::Value<int>> values(50);
      for (const auto& value : values) value.value() += 1;
      answer.value() = static_cast<int>(values.size());
    });
    child.start();
    ASSERT_TRUE(child.join(20s)) << "in round " << round;
    ASSERT_EQ(child.exitcode(), 0);
    ASSERT_EQ(answer.value(), 50);
  }
  stop = true;
  for (auto& thread : threads) thread.join();
}

}  // namespace
