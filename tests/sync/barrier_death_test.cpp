// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <functional>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "sync/mortal_scope.hpp"

namespace hilo::detail::sync {
namespace {

using test::MortalScope, test::as_process, test::eventually, test::kill_process,
    test::revive_process, test::start_process;

class BarrierDeathTest : public testing::Test {
 protected:
  BarrierDeathTest() { barrier_.start_with(3); }
  ~BarrierDeathTest() override { barrier_.destroy(); }
  void wait(const std::function<void()>& action = {}) {
    barrier_.wait(Deadline::after(test::k_soon), action);
  }
  void come(std::uint32_t waiting) {
    EXPECT_TRUE(eventually([&] { return barrier_.waiting() == waiting; }));
  }
  Barrier<MortalScope> barrier_{};
};

TEST_F(BarrierDeathTest, WorksAmongProcesses) {
  std::atomic<std::uint32_t> sum = 0;
  std::atomic<int> actions = 0;
  std::vector<std::thread> processes;
  for (std::uint32_t number = 2; number < 5; ++number) {
    processes.push_back(start_process(number, [&] {
      for (int round = 0; round < 500; ++round) {
        sum += barrier_.wait(Deadline::after(test::k_soon), [&] { ++actions; });
      }
    }));
  }
  for (std::thread& process : processes) process.join();
  EXPECT_EQ(sum, 3U * 500);
  EXPECT_EQ(actions, 500);
}

TEST_F(BarrierDeathTest, ADeadWaiterBreaksItForThoseWhoWait) {
  std::thread doomed = start_process(2, [&] { EXPECT_THROW(wait(), BrokenBarrierError); });
  come(1);
  std::thread other = start_process(3, [&] { EXPECT_THROW(wait(), BrokenBarrierError); });
  come(2);
  kill_process(2);
  other.join();
  revive_process(2);
  doomed.join();
  EXPECT_TRUE(barrier_.broken());
}

TEST_F(BarrierDeathTest, ADeadWaiterBreaksItForTheLastToCome) {
  std::thread doomed = start_process(2, [&] { EXPECT_THROW(wait(), BrokenBarrierError); });
  std::thread other = start_process(3, [&] { EXPECT_THROW(wait(), BrokenBarrierError); });
  come(2);
  kill_process(2);
  EXPECT_THROW(wait(), BrokenBarrierError);
  other.join();
  revive_process(2);
  doomed.join();
}

TEST_F(BarrierDeathTest, WhoDiesInTheActionBreaksIt) {
  std::atomic<bool> acting = false;
  std::atomic<bool> ended = false;
  std::thread other = start_process(3, [&] { EXPECT_THROW(wait(), BrokenBarrierError); });
  std::thread another = start_process(4, [&] { EXPECT_THROW(wait(), BrokenBarrierError); });
  come(2);
  std::thread doomed = start_process(2, [&] {
    EXPECT_THROW(wait([&] {
                   acting = true;
                   while (!ended) std::this_thread::yield();
                 }),
                 BrokenBarrierError);
  });
  EXPECT_TRUE(eventually([&] { return acting.load(); }));
  kill_process(2);
  other.join();
  another.join();
  ended = true;
  revive_process(2);
  doomed.join();
}

}  // namespace
}  // namespace hilo::detail::sync
