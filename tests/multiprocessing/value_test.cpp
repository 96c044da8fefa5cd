// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/value.hpp"

#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <vector>

#include "hilo/marshal.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};

TEST(ValueTest, IsMadeFromTypeOrTypecode) {
  mp::Value<double> by_type(1.5);
  mp::Value by_code(mp::typecode<'d'>, 2);
  static_assert(std::is_same_v<decltype(by_code)::value_type, double>);
  mp::Value<int> zero;
  EXPECT_EQ(by_type.value(), 1.5);
  EXPECT_EQ(by_code.value(), 2.0);
  EXPECT_EQ(zero.value(), 0);
}

TEST(ValueTest, CompoundOperationsAreOneStepBetweenThreads) {
  mp::Value<long> number(0);
  std::vector<std::thread> threads;
  for (int count = 0; count < 4; ++count) {
    threads.emplace_back([number] {
      for (int round = 0; round < 5'000; ++round) {
        number.value() += 2;
        --number.value();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(number.value(), 20'000);
}

TEST(ValueTest, CompoundOperationsAreOneStepBetweenProcesses) {
  for (const auto method : {mp::StartMethod::fork, mp::StartMethod::spawn}) {
    auto context = mp::get_context(method);
    mp::Value<long> number(0);
    std::vector<mp::Process> processes;
    for (int count = 0; count < 3; ++count) {
      processes.push_back(context.Process(
          +[](mp::Value<long> shared) {
            for (int round = 0; round < 5'000; ++round) shared.value() += 1;
          },
          number));
      processes.back().start();
    }
    for (auto& process : processes) {
      process.join();
      EXPECT_EQ(process.exitcode(), 0);
    }
    EXPECT_EQ(number.value(), 15'000);
  }
}

TEST(ValueTest, HasEveryCompoundOperation) {
  const mp::Value<int> number(6);
  EXPECT_EQ(number.value() += 2, 8);
  EXPECT_EQ(number.value() -= 1, 7);
  EXPECT_EQ(number.value() *= 3, 21);
  EXPECT_EQ(number.value() /= 2, 10);
  EXPECT_EQ(number.value() %= 7, 3);
  EXPECT_EQ(number.value() <<= 2, 12);
  EXPECT_EQ(number.value() >>= 1, 6);
  EXPECT_EQ(number.value() &= 4, 4);
  EXPECT_EQ(number.value() |= 3, 7);
  EXPECT_EQ(number.value() ^= 1, 6);
  EXPECT_EQ(number.value()++, 6);
  EXPECT_EQ(--number.value(), 6);
}

TEST(ValueTest, HoldsAnyTriviallyCopyableStruct) {
  mp::Value<Point> point(Point{1, 2});
  EXPECT_EQ(point.value().load(), (Point{1, 2}));
  point.value() = Point{3, 4};
  point.value().apply([](Point& p) { p.x += p.y; });
  {
    const std::scoped_lock guard(point);
    point.get_obj().y = 9;
    EXPECT_EQ(point.value().load(), (Point{7, 9})) << "its lock is an RLock";
  }
}

TEST(ValueTest, SharesAGivenLock) {
  mp::Lock lock;
  mp::Value<int, mp::Lock> first(1, lock);
  mp::Value second(2, lock);
  EXPECT_EQ(first.get_lock(), second.get_lock());
  first.acquire();
  EXPECT_TRUE(lock.locked());
  EXPECT_FALSE(second.acquire(false));
  first.release();
}

TEST(ValueTest, ARawValueHasNoLock) {
  mp::RawValue<int> raw(5);
  raw.value() += 1;
  mp::Process child(
      +[](mp::RawValue<int> shared) { shared.value() *= 2; }, raw);
  child.start();
  child.join();
  EXPECT_EQ(raw.value(), 12);
}

TEST(ValueTest, HandlesAreComparedCopiedAndKeptInAMap) {
  mp::Value<int> a(1);
  mp::Value<int> b(1);
  const mp::Value<int> copy = a;
  EXPECT_EQ(a, copy);
  EXPECT_NE(a, b);
  std::map<mp::Value<int>, int> map{{a, 1}, {b, 2}};
  EXPECT_EQ(map.at(copy), 1);
  mp::Value<int> moved = std::move(b);
  EXPECT_EQ(moved.value(), 1);
}

TEST(ValueTest, TravelsAsBytesWhileItLives) {
  mp::Value<int> value(7);
  const auto bytes = hilo::marshal::dumps(value);
  const auto same = hilo::marshal::loads<mp::Value<int>>(bytes);
  EXPECT_EQ(same, value);
  same.value() = 8;
  EXPECT_EQ(value.value(), 8);
}

}  // namespace
