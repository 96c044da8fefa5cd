// SPDX-License-Identifier: MIT
// Whoever uses a queue is killed: once after each instruction of a put and of a get, and thousands
// of times at random.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "crash/traffic.hpp"
#include "heap/heap.hpp"
#include "heap/members.hpp"
#include "helpers/eventually.hpp"
#include "helpers/kills.hpp"
#include "helpers/sanitizer.hpp"
#include "helpers/stepped_process.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::test {
namespace {

/// Blocks of the family's in use, and their bytes.
std::pair<std::uint64_t, std::uint64_t> heap_use() {
  const auto use = detail::family::heap_use();
  return {use.blocks, use.bytes};
}
using Texts = mp::Queue<std::string>;

/// Texts of one size, one after the other: "aaa", "bbb".
std::string text(std::size_t size, int number) {
  return std::string(size, static_cast<char>('a' + number));
}

/// What is in the queue, which must not make anybody wait long.
std::string letters_in(const Texts& queue) {
  std::string letters;
  while (const auto item = queue.try_get()) letters += item->at(0);
  return letters;
}

/// One case: what stands in the queue before the victim acts on it.
struct Case {
  const char* name;
  std::size_t size;  ///< of the items
  unsigned chunks;   ///< it has when it is empty again
  int before;        ///< so many items went through before
  std::size_t their_size;
  unsigned stride;  ///< 1: each instruction
};
void PrintTo(const Case& which, std::ostream* out) { *out << which.name; }

/// Kills `act(queue)` after each of its instructions, or each `stride`-th; then `check(queue,
/// acted)` on what `make_queue()` made, which has `chunks` when it is empty again.
template <class MakeQueue, class Act, class Check>
void kill_at_each_step(MakeQueue make_queue, unsigned chunks, unsigned stride, Act act,
                       Check check) {
  if (k_sanitizer) GTEST_SKIP() << "too many instructions";
  {
    const auto warm = make_queue();
    act(warm);
    check(warm, true);
  }
  const auto members = detail::family::count_members();
  const auto use = heap_use();
  bool acted = false;
  stride *= std::max(1U, 1'500 / hilo::testing::kills(1'500));
  unsigned steps = 0;
  for (; !acted; steps += stride) {
    {
      const auto queue = make_queue();
      SteppedProcess victim([&] { act(queue); });
      if (!victim.works()) GTEST_SKIP() << "no process may be stepped here";
      acted = victim.step(steps);
      victim.kill();
      // The dead are found as such whether or not anybody has buried them.
      if (steps % 2 == 0) victim.join();
      check(queue, acted);
      victim.join();
      ASSERT_EQ(heap_use().first, use.first + 1 + chunks)
          << "after " << steps << " instructions: the queue, and what it is empty with";
      if (::testing::Test::HasFailure()) FAIL() << "after " << steps << " instructions";
    }
    ASSERT_EQ(heap_use(), use) << "after " << steps << " instructions";
  }
  EXPECT_EQ(detail::family::count_members(), members);
  std::cout << steps << " instructions\n";
  EXPECT_GT(steps, 100U) << "it cannot have done anything";
}

class KilledInQueueTest : public ::testing::TestWithParam<Case> {
 protected:
  /// With "a" and "b" in it.
  [[nodiscard]] static Texts make_queue() {
    Texts queue;
    for (int item = 0; item < GetParam().before; ++item) {
      queue.put(text(GetParam().their_size, 0));
      (void)queue.get(k_soon);
    }
    for (const int number : {0, 1}) queue.put(text(GetParam().size, number));
    return queue;
  }
};

TEST_P(KilledInQueueTest, APutIsDoneOrWasNeverBegun) {
  kill_at_each_step(
      make_queue, GetParam().chunks, GetParam().stride,
      [item = text(GetParam().size, 2)](const Texts& queue) { queue.put(item); },
      [](const Texts& queue, bool acted) {
        queue.put(text(GetParam().size, 3), k_soon);
        const std::string letters = letters_in(queue);
        EXPECT_TRUE(letters == "abcd" || (!acted && letters == "abd")) << letters;
      });
}

TEST_P(KilledInQueueTest, AGetTakesOneItemOrNone) {
  kill_at_each_step(
      make_queue, GetParam().chunks, GetParam().stride,
      [](const Texts& queue) { (void)queue.get(k_soon); },
      [](const Texts& queue, bool acted) {
        queue.put(text(GetParam().size, 2), k_soon);
        const std::string letters = letters_in(queue);
        EXPECT_TRUE(letters == "bc" || (!acted && letters == "abc")) << letters;
      });
}

TEST(KilledInJoinableQueueTest, JoinWaitsForWhatIsInHandOfTheLivingAlone) {
  using Tasks = mp::JoinableQueue<int>;
  const auto make_queue = [] {
    Tasks queue;
    for (const int item : {1, 2}) queue.put(item);
    return queue;
  };
  const auto act = [](const Tasks& queue) {
    (void)queue.get(k_soon);
    queue.task_done();
  };
  kill_at_each_step(make_queue, 0, 1, act, [](const Tasks& queue, bool) {
    for (auto left = queue.qsize(); left > 0; --left) {
      (void)queue.get(k_soon);
      EXPECT_FALSE(queue.join(false));
      queue.task_done();
    }
    EXPECT_TRUE(queue.join(k_soon));
  });
}

// The first chunk holds 1016 bytes, the others 8168: the put, or the get, comes to a chunk's end.
INSTANTIATE_TEST_SUITE_P(Items, KilledInQueueTest,
                         ::testing::Values(Case{"small", 8, 0, 0, 0, 1},
                                           Case{"put_at_the_end", 328, 1, 1, 16, 1},
                                           Case{"get_at_the_end", 500, 1, 16, 504, 1},
                                           Case{"own_block", 600, 0, 0, 0, 1},
                                           Case{"own_run", 9'000, 0, 0, 0, 499}),
                         [](const auto& which) { return which.param.name; });

TEST(QueueMemoryTest, WhatWasNotReceivedGoesWithTheQueue) {
  { const mp::Queue<int> founds_the_family; }
  const auto use = heap_use();
  {
    const mp::Queue<mp::Lock> locks;
    for (int item = 0; item < 10; ++item) locks.put(mp::Lock());
    (void)locks.get();
    const Texts texts;
    for (int item = 0; item < 100; ++item) texts.put(text(item % 2 == 0 ? 300 : 30'000, 0));
    const mp::Queue<mp::Queue<mp::Lock>> of_queues;
    of_queues.put(locks);
  }
  EXPECT_EQ(heap_use(), use);
}

TEST(QueueMemoryTest, MemoryComesBackAsTheQueueEmpties) {
  const Texts queue;
  const auto use = heap_use();
  for (int item = 0; item < 200; ++item) queue.put(text(item % 2 == 0 ? 300 : 30'000, 0));
  while (queue.try_get()) {
  }
  EXPECT_LE(heap_use().first, use.first + 1) << "more than the chunk it is at";
}

TEST(QueueMemoryTest, ABorrowedItemOutlivesTheQueue) {
  { const mp::Queue<int> founds_the_family; }
  const auto use = heap_use();
  {
    const auto borrowed = [] {
      const mp::Queue<std::vector<int>> queue;
      queue.put(std::vector<int>(10'000, 7));
      return queue.borrow();
    }();
    EXPECT_EQ(borrowed[9'999], 7);
  }
  EXPECT_EQ(heap_use(), use);
}

TEST(KilledInQueuesTest, WhatWasConfirmedArrivesExactlyOnce) {
  { const mp::Queue<int> founds_the_family; }
  const auto use = heap_use();
  const auto members = detail::family::count_members();
  const unsigned kills = hilo::testing::kills(5'000);
  {
    const auto traffic = Traffic<mp::Queue<Parcel>>::make(mp::Queue<Parcel>(64), kills + 8);
    std::mt19937 random(3);
    std::vector<mp::Process> producers;
    std::vector<mp::Process> consumers;
    unsigned killed_consumers = 0;
    int next = 0;
    for (unsigned killed = 0; killed < kills;) {
      if (producers.size() < 3) {
        producers.emplace_back([&traffic, next] {
          traffic.produce(next, [] {});
          wait_for_the_kill();
        });
        producers.back().start();
        ++next;
      }
      if (consumers.size() < 2) {
        consumers.emplace_back([&traffic] {
          for (std::map<int, int> last;;) traffic.take(traffic.queue.get(), last);
        });
        consumers.back().start();
      }
      // The instant of the kill is what is random here; nothing is waited for.
      ::usleep(random() % (killed % 16 == 0 ? 5'000 : 500));
      auto& those = random() % 2 == 0 ? producers : consumers;
      std::swap(those[random() % those.size()], those.back());
      those.back().kill();
      ASSERT_TRUE(those.back().join(k_soon)) << "after " << killed << " kills";
      ASSERT_EQ(those.back().exitcode(), -9) << "after " << killed << " kills";
      killed_consumers += &those == &consumers ? 1 : 0;
      those.pop_back();
      ++killed;
    }
    for (auto* those : {&producers, &consumers}) {
      for (mp::Process& process : *those) process.kill();
      for (mp::Process& process : *those) process.join();
    }
    killed_consumers += 2;
    std::map<int, int> last;
    while (auto parcel = traffic.queue.try_get()) traffic.take(*parcel, last);

    EXPECT_GT(traffic.check(next, killed_consumers), long{kills})
        << "they were killed before they did anything";
  }
  EXPECT_EQ(heap_use(), use);
  EXPECT_EQ(detail::family::count_members(), members);
}

}  // namespace
}  // namespace hilo::test
