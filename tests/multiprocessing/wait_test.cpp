// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/wait.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
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

TEST(WaitTest, WhatCannotBeReadyIsAnError) {
  auto [reader, writer] = Pipe(false);
  EXPECT_THROW(std::ignore = wait({writer}), RuntimeError);
  reader.close();
  EXPECT_THROW(std::ignore = wait({reader}), ValueError);
  EXPECT_THROW(std::ignore = wait({1'000'000}), std::system_error);
}

}  // namespace
}  // namespace hilo::multiprocessing
