// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/start_method.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "helpers/process_test_base.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

TEST(StartMethodTest, ForkIsTheDefault) {
  EXPECT_EQ(get_all_start_methods(),
            (std::vector{StartMethod::fork, StartMethod::spawn, StartMethod::forkserver}));
}

TEST(StartMethodTest, IsChosenOnce) {
  set_start_method("spawn", true);
  EXPECT_EQ(get_start_method(), StartMethod::spawn);
  EXPECT_THROW(set_start_method(StartMethod::fork), RuntimeError);
  EXPECT_EQ(get_start_method(), StartMethod::spawn);
  set_start_method(StartMethod::fork, true);
  EXPECT_EQ(get_start_method(), StartMethod::fork);
  EXPECT_EQ(get_context().get_start_method(), StartMethod::fork);
}

TEST(StartMethodTest, NamesAreChecked) {
  EXPECT_EQ(start_method("forkserver"), StartMethod::forkserver);
  EXPECT_EQ(get_context("spawn"), Context(StartMethod::spawn));
  EXPECT_THROW((void)get_context("teleport"), ValueError);
  EXPECT_THROW(set_start_method("teleport", true), ValueError);
  const auto unknown = static_cast<StartMethod>(77);
  EXPECT_THROW((void)get_context(unknown), ValueError);
  EXPECT_THROW((void)Context(unknown), ValueError);
  EXPECT_THROW(set_start_method(unknown, true), ValueError);
}

TEST(StartMethodTest, ContextOffersTheModule) {
  const Context context = get_context("fork");
  EXPECT_EQ(context.current_process(), current_process());
  EXPECT_EQ(context.parent_process(), std::nullopt);
  EXPECT_TRUE(context.active_children().empty());
  EXPECT_EQ(context.cpu_count(), cpu_count());
  EXPECT_EQ(context.get_all_start_methods(), get_all_start_methods());
}

// Of everything one, made by the context it is called on, and used by all.
struct Things {
  Lock lock;
  RLock rlock;
  Semaphore semaphore;
  BoundedSemaphore bounded;
  Event event;
  Condition condition;
  Barrier barrier;
  Queue<std::string> queue;
  JoinableQueue<int> joinable;
  SimpleQueue<int> simple;
  RawValue<int> raw;
  Value<double> value;
  RawArray<char> letters;
  Array<int> array;
};

Things things_of(const Context& context) {
  return {context.Lock({.on_owner_death = OnOwnerDeath::recover}),
          context.RLock(),
          context.Semaphore(0),
          context.BoundedSemaphore(2),
          context.Event(),
          context.Condition(context.Lock()),
          context.Barrier(2),
          context.Queue<std::string>(3),
          context.JoinableQueue<int>(),
          context.SimpleQueue<int>(),
          context.RawValue(1),
          context.Value<double>(2),
          context.RawArray(std::string("abc")),
          context.Array(typecode<'i'>, std::vector{1, 2, 3})};
}

void use(const Things& things, Connection end) {
  const std::scoped_lock guard(things.lock, things.rlock, things.condition);
  things.bounded.acquire();
  things.bounded.release();
  things.raw.value() += 1;
  things.value.value() += 1;
  things.letters[0] = 'x';
  things.array[2] = 7;
  things.joinable.put(4);
  things.simple.put(5);
  things.queue.put("six");
  end.send(8);
  things.event.set();
  things.semaphore.release();
  std::ignore = things.barrier.wait(std::chrono::seconds(20));
}

class ContextTest : public test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(ContextTest);

TEST_P(ContextTest, MakesWhatEveryMethodUses) {
  for (const StartMethod other : get_all_start_methods()) {
    const Things things = things_of(get_context(other));
    auto [mine, childs] = get_context(other).Pipe(false);
    Process process = make(use, things, std::move(childs));
    process.start();
    std::ignore = things.barrier.wait(std::chrono::seconds(20));
    EXPECT_EQ(end_of(process), 0);
    EXPECT_TRUE(things.semaphore.acquire(false));
    EXPECT_TRUE(things.event.is_set());
    EXPECT_EQ(mine.recv<int>(), 8);
    EXPECT_EQ(things.queue.get() + things.letters[0], "sixx");
    EXPECT_EQ(things.joinable.get() + things.simple.get(), 9);
    EXPECT_EQ(things.raw.value() + things.value.value(), 5);
    EXPECT_EQ(things.array[2], 7);
  }
}

TEST(ContextTypesTest, AreTheModules) {
  const Context context = get_context("spawn");
  static_assert(std::same_as<decltype(context.Value(1)), Value<int>>);
  static_assert(std::same_as<decltype(context.Value<int>(1)), Value<int>>);
  static_assert(std::same_as<decltype(context.Value(typecode<'d'>, 1)), Value<double>>);
  static_assert(std::same_as<decltype(context.Value(1, context.Lock())), Value<int, Lock>>);
  static_assert(std::same_as<decltype(context.Array<long>(7U)), Array<long>>);
  static_assert(std::same_as<decltype(context.Array<int, Lock>(7U)), Array<int, Lock>>);
  static_assert(std::same_as<decltype(context.RawArray(std::vector{1.0})), RawArray<double>>);
  EXPECT_EQ(context.Array<long>(7U).size(), 7U);
}

}  // namespace
}  // namespace hilo::multiprocessing
