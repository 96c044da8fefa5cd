// SPDX-License-Identifier: MIT
#include "hilo/threading/local.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/threading/event.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {
namespace {

using test::in_threads;

/// Runs `work` in a thread of hilo's to its end.
template <class Work>
void in_a_thread(Work work) {
  Thread thread(std::move(work));
  thread.start();
  thread.result();
}

struct Counted {
  explicit Counted(std::atomic<int>* alive_) : alive(alive_) { ++*alive; }
  ~Counted() { --*alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  std::atomic<int>* alive;
};

TEST(LocalTest, EachThreadHasItsOwn) {
  const local<int> number;
  *number = 1;
  in_a_thread([&] {
    EXPECT_EQ(*number, 0);
    *number = 2;
    EXPECT_EQ(*number, 2);
  });
  EXPECT_EQ(*number, 1);
}

TEST(LocalTest, TheConstructorRunsAnewInEachThreadWithTheGivenArguments) {
  const local<std::string> text(3U, 'x');
  text->push_back('!');
  in_a_thread([&] { EXPECT_EQ(*text, "xxx"); });
  EXPECT_EQ(*text, "xxx!");
}

TEST(LocalTest, AFactoryMakesTheObjectOfEachThread) {
  std::atomic<int> made = 0;
  const local number([&] { return ++made; });
  EXPECT_EQ(*number, 1);
  EXPECT_EQ(*number, 1);
  in_a_thread([&] { EXPECT_EQ(*number, 2); });
  // What cannot be moved can be made all the same.
  const local<std::atomic<int>> fixed([] { return std::atomic<int>(5); });
  EXPECT_EQ(*fixed, 5);
  // What a T is made from is no factory.
  const local<std::function<int()>> function([] { return 8; });
  EXPECT_EQ((*function)(), 8);
}

TEST(LocalTest, IsMadeWhenFirstAskedFor) {
  std::atomic<int> alive = 0;
  const local<Counted> counted(&alive);
  EXPECT_EQ(alive, 0);
  static_cast<void>(counted.get());
  EXPECT_EQ(alive, 1);
}

TEST(LocalTest, DiesWithItsThread) {
  std::atomic<int> alive = 0;
  const local<Counted> counted(&alive);
  static_cast<void>(counted.get());
  in_a_thread([&] {
    static_cast<void>(counted.get());
    EXPECT_EQ(alive, 2);
  });
  EXPECT_EQ(alive, 1);
}

TEST(LocalTest, DiesWithTheThreadThatHiloDidNotStart) {
  std::atomic<int> alive = 0;
  const local<Counted> counted(&alive);
  const std::size_t threads = active_count();
  std::thread([&] {
    static_cast<void>(counted.get());
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(active_count(), threads) << "to use a local makes no Thread object";
  }).join();
  EXPECT_EQ(alive, 0);
}

TEST(LocalTest, DiesWithTheLocalInThreadsThatGoOn) {
  std::atomic<int> alive = 0;
  std::optional<local<Counted>> counted(std::in_place, &alive);
  Event gone;
  std::atomic<int> have_theirs = 0;
  std::vector<Thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      static_cast<void>(counted->get());
      ++have_theirs;
      gone.wait();
    });
    threads.back().start();
  }
  EXPECT_TRUE(test::eventually([&] { return have_theirs == 4; }));
  EXPECT_EQ(alive, 4);
  counted.reset();
  EXPECT_EQ(alive, 0);
  gone.set();
  for (Thread& thread : threads) thread.join();
}

TEST(LocalTest, ANewOneInTheSamePlaceStartsEmpty) {
  std::optional<local<int>> number(std::in_place, 1);
  **number = 9;
  number.reset();
  number.emplace(2);
  EXPECT_EQ(**number, 2);
}

TEST(LocalTest, AFailedConstructionIsTriedAgain) {
  bool fails = true;
  const local<int> number([&] { return fails ? throw std::runtime_error("not yet") : 4; });
  EXPECT_THROW(static_cast<void>(number.get()), std::runtime_error);
  fails = false;
  EXPECT_EQ(*number, 4);
}

TEST(LocalTest, AFactoryThatAsksForItsOwnLocalLeavesOneObject) {
  const auto counted = std::make_shared<int>(0);
  {
    const local<std::shared_ptr<int>>* itself = nullptr;
    const std::shared_ptr<int>* inner = nullptr;
    int calls = 0;
    const local<std::shared_ptr<int>> own([&] {
      if (++calls == 1) inner = &itself->get();
      return counted;
    });
    itself = &own;
    EXPECT_EQ(&own.get(), inner);
    EXPECT_EQ(calls, 2);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(LocalTest, ADestructorMayAskForOtherLocals) {
  std::atomic<int> alive = 0;
  const local<Counted> other(&alive);
  struct Asker {
    const local<Counted>* other;
    ~Asker() { static_cast<void>(other->get()); }
  };
  const local<Asker> asker([&] { return Asker{&other}; });
  in_a_thread([&] { static_cast<void>(asker.get()); });
  EXPECT_EQ(alive, 0);
}

TEST(LocalTest, ManyComeAndGoInManyThreads) {
  std::atomic<int> alive = 0;
  const local<Counted> shared(&alive);
  in_threads(8, [&](int) {
    for (int round = 0; round < 50; ++round) {
      std::vector<std::unique_ptr<local<Counted>>> mine;
      for (int i = 0; i < 20; ++i) {
        mine.push_back(std::make_unique<local<Counted>>(&alive));
        static_cast<void>(mine.back()->get());
      }
      in_a_thread([&] {
        for (auto& one : mine) static_cast<void>(one->get());
        static_cast<void>(shared.get());
      });
    }
    static_cast<void>(shared.get());
  });
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace hilo::threading
