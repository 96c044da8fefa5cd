// SPDX-License-Identifier: MIT
// The queues between processes; queue_test.cpp has what holds in one, too.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/queue.hpp"

namespace hilo::test {
namespace {

using namespace std::chrono_literals;
using hilo::queue::Empty;

class MpQueueTest : public ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(MpQueueTest);

void produce(const mp::Queue<int>& queue, int first, int count) {
  for (int item = first; item < first + count; ++item) queue.put(item);
}
void echo(const mp::Queue<std::string>& in, const mp::Queue<std::string>& out) {
  for (std::string item : in) out.put(item + "!");
}

TEST_P(MpQueueTest, OrderIsThatOfThePuts) {
  const mp::Queue<int> queue(50);
  mp::Process process = make(produce, queue, 0, 5'000);
  process.start();
  for (int item = 0; item < 5'000; ++item) ASSERT_EQ(queue.get(k_soon), item);
  EXPECT_EQ(end_of(process), 0);
}

TEST_P(MpQueueTest, OneOrderForAllProducers) {
  // A put that returned before another began comes first, whoever made it.
  const mp::Queue<int> queue;
  for (int item = 0; item < 4; ++item) EXPECT_EQ(run(produce, queue, item, 1), 0);
  for (int item = 0; item < 4; ++item) EXPECT_EQ(queue.get(k_soon), item);
}

TEST_P(MpQueueTest, ALoopEndsWithShutdown) {
  const mp::Queue<std::string> in;
  const mp::Queue<std::string> out;
  mp::Process process = make(echo, in, out);
  process.start();
  in.put("a");
  in.put("b");
  EXPECT_EQ(out.get(k_soon), "a!");
  in.shutdown();
  EXPECT_EQ(end_of(process), 0);
  EXPECT_EQ(out.get(k_soon), "b!");
}

void put_megabytes(const mp::Queue<std::vector<double>>& queue) {
  for (int item = 0; item < 8; ++item) queue.put(std::vector<double>(131'072, item));
}

TEST_P(MpQueueTest, AProducerCanBeJoinedBeforeItsItemsAreGot) {  // pain 5
  const mp::Queue<std::vector<double>> queue;
  EXPECT_EQ(run(put_megabytes, queue), 0);
  for (int item = 0; item < 8; ++item) EXPECT_EQ(queue.get(k_soon).back(), item);
}

void put_and_die(const mp::Queue<std::string>& queue) {
  queue.put("safe");
  queue.put(std::string(100'000, 's'));
  ::kill(::getpid(), SIGKILL);
}

TEST_P(MpQueueTest, WhatAKilledProducerHasPutIsThere) {  // pain 7
  const mp::Queue<std::string> queue;
  EXPECT_EQ(run(put_and_die, queue), -SIGKILL);
  EXPECT_EQ(queue.get(k_soon), "safe");
  EXPECT_EQ(queue.get(k_soon).size(), 100'000U);
}

void give_lock(const mp::Queue<mp::Lock>& queue) {
  const mp::Lock lock;
  (void)lock.acquire();
  queue.put(lock);
}

TEST_P(MpQueueTest, AHandleArrivesAfterItsSenderHasGone) {
  const mp::Queue<mp::Lock> queue;
  EXPECT_EQ(run(give_lock, queue), 0);
  const mp::Lock lock = queue.get(k_soon);
  EXPECT_THROW((void)lock.acquire(), OwnerDiedError);
  lock.recover();
}

void produce_registered(const mp::Producer<int>& producer, int count) {
  for (int item = 0; item < count; ++item) producer.put(item);
}
void produce_and_wait(const mp::Producer<int>& producer) {
  producer.put(1);
  wait_for_a_signal();
}

TEST_P(MpQueueTest, ALoopEndsWithTheLastProducer) {
  const mp::Queue<int> queue;
  {
    const auto producer = queue.producer();
    for (const int items : {10, 20}) make(produce_registered, producer, items).start();
  }
  int count = 0;
  for ([[maybe_unused]] const int item : queue) ++count;
  EXPECT_EQ(count, 30);
  EXPECT_THROW(queue.get(), EOFError);
  EXPECT_THROW(queue.get(false), EOFError);
  const auto again = queue.producer();
  EXPECT_THROW(queue.get(false), Empty);
}

TEST_P(MpQueueTest, AReceiverLearnsThatTheLastProducerWasKilled) {
  const mp::Queue<int> queue;
  std::optional<mp::Producer<int>> producer = queue.producer();
  mp::Process process = make(produce_and_wait, *producer);
  process.start();
  EXPECT_EQ(queue.get(k_soon), 1);
  process.kill();
  process.join();
  EXPECT_THROW(queue.get(1ms), Empty) << "there is one left";
  producer.reset();
  EXPECT_THROW(queue.get(k_soon), EOFError);
}

TEST_P(MpQueueTest, ASleeperWhoIsKilledTakesNothingAlong) {
  const mp::Queue<std::string> in;
  const mp::Queue<std::string> out;
  mp::Process victim = make(echo, in, out);
  mp::Process survivor = make(echo, in, out);
  victim.start();
  survivor.start();
  in.put("a");
  EXPECT_EQ(out.get(k_soon), "a!");
  victim.kill();
  victim.join();
  for (int item = 0; item < 100; ++item) {
    in.put("b");
    ASSERT_EQ(out.get(k_soon), "b!");
  }
  in.shutdown();
  EXPECT_EQ(end_of(survivor), 0);
}

void take_two_and_finish_one(const mp::JoinableQueue<int>& queue) {
  (void)queue.get();
  (void)queue.get();
  queue.task_done();
  wait_for_a_signal();
}

TEST_P(MpQueueTest, JoinDoesNotWaitForTheTasksOfTheKilled) {
  const mp::JoinableQueue<int> queue;
  for (int item = 0; item < 12; ++item) queue.put(item);
  std::vector<mp::Process> takers;
  for (int taker = 0; taker < 5; ++taker) {
    takers.push_back(make(take_two_and_finish_one, queue));
    takers.back().start();
  }
  ASSERT_TRUE(eventually([&] { return queue.qsize() == 2; }));
  for (int item = 0; item < 2; ++item) (void)queue.get();
  queue.task_done();
  for (mp::Process& taker : takers) taker.kill();
  for (mp::Process& taker : takers) taker.join();
  EXPECT_FALSE(queue.join(1ms)) << "one is here, in hand";
  queue.task_done();
  EXPECT_TRUE(queue.join(k_soon));
  queue.put(1);
  EXPECT_FALSE(queue.join(1ms));
}

}  // namespace
}  // namespace hilo::test
