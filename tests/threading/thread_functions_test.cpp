// SPDX-License-Identifier: MIT
#include "hilo/threading/functions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;

bool lists(const Thread& thread) {
  const auto threads = enumerate();
  return std::find(threads.begin(), threads.end(), thread) != threads.end();
}

TEST(ThreadFunctionsTest, MainThreadIsTheSameFromEverywhere) {
  const Thread main = main_thread();
  EXPECT_EQ(main, current_thread());
  EXPECT_EQ(main.name(), "MainThread");
  EXPECT_FALSE(main.daemon());
  EXPECT_TRUE(main.is_alive());
  EXPECT_EQ(main.ident(), get_ident());
  Thread thread([&main] { return main_thread() == main && current_thread() != main; });
  thread.start();
  EXPECT_TRUE(thread.result<bool>());
}

TEST(ThreadFunctionsTest, ThreadsKnowThemselves) {
  std::promise<std::pair<Thread, std::uint64_t>> asked;
  Thread thread([&asked] { asked.set_value({current_thread(), get_native_id()}); });
  thread.start();
  const auto [seen, id] = asked.get_future().get();
  EXPECT_EQ(seen, thread);
  EXPECT_EQ(id, thread.native_id());
  thread.join();
}

TEST(ThreadFunctionsTest, EnumerateListsFromStartToEnd) {
  std::promise<void> gate;
  Thread thread([go = gate.get_future()] { go.wait(); });
  const std::size_t before = active_count();
  EXPECT_FALSE(lists(thread));
  thread.start();
  EXPECT_TRUE(lists(thread));
  EXPECT_TRUE(lists(main_thread()));
  EXPECT_EQ(active_count(), before + 1);
  EXPECT_EQ(enumerate().size(), before + 1);
  gate.set_value();
  thread.join();
  EXPECT_FALSE(lists(thread));
  EXPECT_EQ(active_count(), before);
}

TEST(ThreadFunctionsTest, AForeignThreadGetsAThread) {
  std::promise<Thread> asked;
  std::promise<void> gate;
  std::thread foreign([&] {
    const Thread self = current_thread();
    EXPECT_EQ(self, current_thread());
    EXPECT_EQ(self.ident(), get_ident());
    EXPECT_FALSE(Thread([] {}).daemon());
    EXPECT_THROW(current_thread().join(), RuntimeError);
    asked.set_value(self);
    gate.get_future().wait();
  });
  Thread seen = asked.get_future().get();
  EXPECT_EQ(seen.name().rfind("Dummy-", 0), 0U);
  EXPECT_TRUE(seen.daemon());
  EXPECT_TRUE(seen.is_alive());
  EXPECT_TRUE(lists(seen));
  EXPECT_THROW(seen.start(), RuntimeError);
  EXPECT_FALSE(seen.join(0s));
  gate.set_value();
  seen.join();
  foreign.join();
  EXPECT_FALSE(seen.is_alive());
  EXPECT_FALSE(lists(seen));
}

TEST(ThreadFunctionsTest, AForeignThreadThatNeverAsksIsNotListed) {
  const std::size_t before = active_count();
  std::promise<void> gate;
  std::thread foreign([go = gate.get_future()] { go.wait(); });
  EXPECT_EQ(active_count(), before);
  gate.set_value();
  foreign.join();
}

TEST(ThreadFunctionsTest, ManyThreadsThatNobodyJoinsComeAndGo) {
  const std::size_t before = active_count();
  std::vector<Thread> threads;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 10; ++i) Thread([] {}).start();
    Thread last([] {});
    last.start();
    threads.push_back(last);
  }
  for (Thread& thread : threads) EXPECT_TRUE(thread.join(30s));
  for (Thread& thread : enumerate()) {
    if (thread == main_thread()) continue;
    EXPECT_TRUE(thread.join(30s));
  }
  EXPECT_EQ(active_count(), before);
}

}  // namespace
}  // namespace hilo::threading
