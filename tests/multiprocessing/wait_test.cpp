// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/wait.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using connection::Waitable;
using test::k_soon;

TEST(WaitTest, TellsWhichAreReadyInTheirOrder) {
  auto [a, b] = Pipe();
  auto [c, d] = Pipe();
  EXPECT_TRUE(wait({b, d}, false).empty());
  c.send(1);
  EXPECT_EQ(wait({b, d}, k_soon), std::vector<Waitable>{d});
  a.send(1);
  EXPECT_EQ(wait({d, b}), (std::vector<Waitable>{d, b}));
  std::ignore = d.recv<int>();
  c.close();
  EXPECT_EQ(wait({d}, k_soon).size(), 1U);  // its end
}

TEST(WaitTest, KeepsItsDeadline) {
  auto [a, b] = Pipe();
  EXPECT_GE(test::time_of([&] { EXPECT_TRUE(wait({b}, 20ms).empty()); }), 20ms);
  EXPECT_TRUE(wait({b}, -1s).empty());
  EXPECT_TRUE(wait({}).empty());
}

TEST(WaitTest, TakesRangesOfOneKind) {
  std::vector<Connection> mine;
  std::vector<Connection> theirs;
  for (int i = 0; i < 5; ++i) {
    auto [a, b] = Pipe();
    mine.push_back(std::move(a));
    theirs.push_back(std::move(b));
  }
  theirs[1].send(1);
  theirs[3].send(3);
  int sum = 0;
  for (Connection* ready : wait(mine, k_soon)) sum += ready->recv<int>();
  EXPECT_EQ(sum, 4);
  const std::vector<Connection*> pointers{&mine[2], &mine[4]};
  theirs[4].send(9);
  EXPECT_EQ(wait(pointers, k_soon), std::vector<Connection*>{&mine[4]});
}

TEST(WaitTest, WaitsForConnectionProcessListenerAndDescriptorAtOnce) {
  auto [a, b] = Pipe();
  Listener listener;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Process process = get_context("fork").Process([&b] { std::ignore = b.recv<int>(k_soon); });
  process.start();
  EXPECT_TRUE(wait({a, listener, ends[0], process, process.sentinel()}, 5ms).empty());
  std::jthread client([&] { std::ignore = Client(listener.address()); });
  EXPECT_EQ(wait({a, listener, ends[0], process}, k_soon), std::vector<Waitable>{listener});
  std::ignore = listener.accept(k_soon);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  EXPECT_EQ(wait({a, listener, ends[0], process}, k_soon), std::vector<Waitable>{ends[0]});
  a.send(1);
  EXPECT_EQ(wait({a, process, listener}, k_soon), std::vector<Waitable>{process});
  process.join();
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(WaitTest, WaitsForAQueueBesideOthers) {
  auto [a, b] = Pipe();
  Queue<int> queue;
  EXPECT_TRUE(wait({queue, b}, 5ms).empty());
  std::jthread producer([queue] { queue.put(1); });
  EXPECT_EQ(wait({queue, b}, k_soon), std::vector<Waitable>{queue});
  std::ignore = queue.get();
  a.send(1);
  EXPECT_EQ(wait({queue, b}, k_soon), std::vector<Waitable>{b});
}

/// Long enough for the first short naps to be over, so that a thread sleeps on the queue.
constexpr auto k_asleep = 20ms;

template <class MakeReady>
void expect_woken(std::initializer_list<Waitable> objects, const Waitable& ready,
                  MakeReady&& make_ready) {
  EXPECT_TRUE(wait(objects, k_asleep).empty());
  std::jthread other([&] {
    std::this_thread::sleep_for(k_asleep);
    make_ready();
  });
  std::vector<Waitable> woken;
  // Not by the last look of a wait whose time is up.
  EXPECT_LT(test::time_of([&] { woken = wait(objects, 2 * k_soon); }), k_soon);
  EXPECT_EQ(woken, std::vector<Waitable>{ready});
}

TEST(WaitTest, AnItemWakesALongWait) {
  auto [a, b] = Pipe();
  Queue<int> queue;
  SimpleQueue<std::string> simple;
  expect_woken({b, simple, queue}, queue, [&] { queue.put(1); });
  EXPECT_EQ(queue.get(false), 1);
  expect_woken({b, simple, queue}, simple, [&] { simple.put("a"); });
  EXPECT_EQ(simple.get(false), "a");
  expect_woken({b, simple, queue}, b, [&end = a] { end.send(1); });
}

TEST(WaitTest, AnItemOfAnotherProcessWakesIt) {
  auto [a, b] = Pipe();
  JoinableQueue<std::string> queue;
  for (const char* method : {"fork", "spawn", "forkserver"}) {
    Process producer = get_context(method).Process(
        +[](JoinableQueue<std::string> out) {
          std::this_thread::sleep_for(k_asleep);
          out.put(std::string(10'000, 'x'));
          out.join();
        },
        queue);
    producer.start();
    EXPECT_EQ(wait({queue, b, producer}, k_soon), std::vector<Waitable>{queue}) << method;
    EXPECT_EQ(queue.get().size(), 10'000U);
    queue.task_done();
    EXPECT_EQ(wait({queue, b, producer}, k_soon), std::vector<Waitable>{producer}) << method;
    EXPECT_TRUE(producer.join(k_soon));
  }
}

TEST(WaitTest, AQueueThatWasShutDownIsReady) {
  auto [a, b] = Pipe();
  Queue<int> queue;
  expect_woken({queue, b}, queue, [&] { queue.shutdown(); });
}

TEST(WaitTest, AQueueWithoutProducersIsReady) {
  auto [a, b] = Pipe();
  Queue<int> queue;
  auto producer = std::make_unique<Producer<int>>(queue.producer());
  expect_woken({queue, b}, queue, [&] { producer.reset(); });
  EXPECT_THROW(std::ignore = queue.get(), EOFError);
}

TEST(WaitTest, AKilledProducerIsNoticed) {
  Queue<int> queue;
  Process process;
  {
    const Producer<int> producer = queue.producer();
    process = get_context("spawn").Process(
        +[](Producer<int> out) {
          out.put(1);
          for (;;) std::this_thread::sleep_for(1s);
        },
        producer);
    process.start();
  }
  EXPECT_EQ(wait({queue}, k_soon), std::vector<Waitable>{queue});
  EXPECT_EQ(queue.get(), 1);
  process.kill();
  EXPECT_EQ(wait({queue}, k_soon), std::vector<Waitable>{queue});
  EXPECT_THROW(std::ignore = queue.get(k_soon), EOFError);
  process.join();
}

TEST(WaitTest, WhatAWaitIsWokenForIsLeftToOthers) {
  auto [a, b] = Pipe();
  Queue<int> queue;
  constexpr int k_items = 200;
  std::atomic<int> got = 0;
  std::jthread getter([&] {
    for ([[maybe_unused]] const int item : queue) ++got;
  });
  std::jthread watcher([&, &end = b] {
    while (wait({queue, end}, k_soon) != std::vector<Waitable>{end}) {
      if (queue.try_get()) ++got;
    }
  });
  for (int i = 0; i < k_items; ++i) {
    queue.put(i);
    if (i % 20 == 0) std::this_thread::sleep_for(2ms);  // so that both sleep now and then
  }
  EXPECT_TRUE(test::eventually([&] { return got == k_items; }));
  a.send(1);
  watcher.join();
  queue.shutdown();
}

TEST(WaitTest, AKilledWatcherKeepsNothingFromOthers) {
  Queue<int> queue;
  Event begun;
  Process watcher = get_context("spawn").Process(
      +[](Queue<int> watched, Event about_to_wait) {
        about_to_wait.set();
        std::ignore = wait({watched});
      },
      queue, begun);
  watcher.start();
  ASSERT_TRUE(begun.wait(k_soon));
  EXPECT_FALSE(watcher.join(k_asleep));
  watcher.kill();
  std::jthread producer([queue] {
    std::this_thread::sleep_for(k_asleep);
    queue.put(1);
  });
  EXPECT_EQ(queue.get(k_soon), 1);
  watcher.join();
}

TEST(WaitTest, KeepsItsDeadlineBesideAQueue) {
  const Queue<int> queue;
  for (const auto patience : {0ms, 1ms, 30ms}) {
    EXPECT_GE(test::time_of([&] { EXPECT_TRUE(wait({queue}, patience).empty()); }), patience);
  }
  EXPECT_LT(test::time_of([&] { EXPECT_TRUE(wait({queue}, 1ms).empty()); }), k_soon);
}

TEST(WaitTest, WhatCannotBeReadyIsAnError) {
  auto [reader, writer] = Pipe(false);
  EXPECT_THROW(std::ignore = wait({writer}), RuntimeError);
  reader.close();
  EXPECT_THROW(std::ignore = wait({reader}), ValueError);
  EXPECT_THROW(std::ignore = wait({1'000'000}), std::system_error);
  EXPECT_THROW(std::ignore = wait({-1}, 20s), std::system_error);
  Queue<int> queue;
  queue.close();
  EXPECT_THROW(std::ignore = wait({queue}), ValueError);
}

}  // namespace
}  // namespace hilo::multiprocessing
