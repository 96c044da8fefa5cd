// SPDX-License-Identifier: MIT
// Items on their way between processes.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

using namespace std::chrono_literals;
using hilo::test::k_soon;

constexpr std::size_t k_large = 1 << 20;

class QueuePainTest : public hilo::test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(QueuePainTest);

// CPython: join() waits for the producer's feeder thread, which waits for a reader (gh-73983).
TEST_P(QueuePainTest, P05_AProducerIsJoinedBeforeItsQueueIsDrained) {
  const mp::Queue<std::string> queue;
  const int code = run(
      [](mp::Queue<std::string> out) {
        for (const char letter : {'a', 'b', 'c'}) out.put(std::string(k_large, letter));
      },
      queue);
  EXPECT_EQ(code, 0);
  for (const char letter : {'a', 'b', 'c'})
    EXPECT_EQ(queue.get(false), std::string(k_large, letter));
}

void put_for_ever(const mp::Queue<std::string>& queue) {
  for (;;) queue.put(std::string(k_large, 'x'));
}

// CPython: half an item is in the pipe, and get(timeout) waits for the rest without one (gh-87971).
TEST_P(QueuePainTest, P06_AProducerKilledInPutLeavesNoHalfAnItem) {
  const mp::Queue<std::string> queue(3);
  for (int round = 0; round < 5; ++round) {
    mp::Process killed = make(put_for_ever, queue);
    killed.start();
    EXPECT_EQ(queue.get(k_soon).size(), k_large);
    killed.kill();
    EXPECT_EQ(end_of(killed), -SIGKILL);
    while (const auto item = queue.try_get()) EXPECT_EQ(item->size(), k_large);
    EXPECT_THROW(queue.get(10ms), hilo::queue::Empty);
  }
}

void get_for_ever(const mp::Queue<std::string>& queue, const mp::Event& there) {
  for (;;) {
    there.set();
    queue.get();
  }
}

// CPython: the lock for reading dies with the process that holds it while it waits (gh-87971).
TEST_P(QueuePainTest, P06_AConsumerKilledInGetKeepsNobodyOut) {
  const mp::Queue<std::string> queue;
  const mp::Event there;
  mp::Process killed = make(get_for_ever, queue, there);
  killed.start();
  ASSERT_TRUE(there.wait(k_soon));
  killed.kill();
  EXPECT_EQ(end_of(killed), -SIGKILL);
  queue.put("for the living");
  EXPECT_EQ(queue.get(k_soon), "for the living");
}

// CPython: a peer that sends half a message makes recv() wait, although poll() said yes.
TEST_P(QueuePainTest, P06_ADeadlineCoversTheWholeReceive) {
  auto [mine, childs] = mp::Pipe();
  mp::Process sender =
      make([](mp::Connection out) { out.send_bytes(std::string(64 * k_large, 'x')); },
           std::move(childs));
  sender.start();
  ASSERT_TRUE(mine.poll(k_soon));
  ASSERT_EQ(::kill(*sender.pid(), SIGSTOP), 0);
  EXPECT_THROW(std::ignore = mine.recv_bytes(20ms), hilo::TimeoutError);
  ASSERT_EQ(::kill(*sender.pid(), SIGCONT), 0);
  EXPECT_EQ(mine.recv_bytes(k_soon).size(), 64 * k_large) << "nothing is lost";
  EXPECT_EQ(end_of(sender), 0);
}

struct Unsendable {
  template <class Archive>
  void serialize(Archive& /*archive*/) {
    throw hilo::PicklingError("not today");
  }
};

// CPython: a thread pickles later, what it throws is printed, and the item is lost (gh-84376).
TEST(QueueItemPainTest, P07_PutSerialisesWhatItIsGivenAndThrowsWhatThatThrows) {
  const mp::Queue<std::vector<int>> queue;
  std::vector<int> item{1};
  queue.put(item);
  item[0] = 2;
  EXPECT_EQ(queue.get(), std::vector{1});
  const mp::Queue<Unsendable> refusing;
  EXPECT_THROW(refusing.put(Unsendable()), hilo::PicklingError);
  EXPECT_TRUE(refusing.empty());
}

// CPython: every process gets a copy of its own, pickled, sent through a pipe, and loaded.
TEST_P(QueuePainTest, P23_LargeDataIsSharedByAHandle) {
  mp::RawArray<double> array(4 * k_large);
  std::iota(array.begin(), array.end(), 0.0);
  EXPECT_LT(hilo::marshal::dumps(array).size(), 100U);
  const int code = run(
      [](mp::RawArray<double> same) { same[1] = std::accumulate(same.begin(), same.end(), 0.0); },
      array);
  EXPECT_EQ(code, 0);
  constexpr double k_count = 4 * k_large;
  EXPECT_EQ(array[1], k_count * (k_count - 1) / 2);
}

// CPython: the receiver has the item twice, as a pickle and as what it becomes (gh-89467).
TEST_P(QueuePainTest, P23_ALargeItemIsReadWhereItWasPut) {
  const mp::Queue<std::vector<int>> queue;
  EXPECT_EQ(
      run([](mp::Queue<std::vector<int>> out) { out.put(std::vector<int>(k_large, 7)); }, queue),
      0);
  const auto item = queue.borrow(k_soon);
  EXPECT_EQ(std::accumulate(item.begin(), item.end(), std::size_t{0}), 7 * k_large);
}

}  // namespace
