// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/sharedctypes.hpp"

#include <gtest/gtest.h>

#include <ranges>
#include <type_traits>
#include <vector>

#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;
namespace sharedctypes = mp::sharedctypes;

namespace {

struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};
struct Named : Point {
  char name[8] = {};
  int count = 0;
};

template <class T>
constexpr bool k_has_field_of_array = requires(T reference) {
  reference.field(&Named::name);
};
static_assert(!k_has_field_of_array<mp::Value<Named>::reference>, "an array is not one step");

TEST(SharedctypesTest, CopyIsAnotherObjectWithTheValue) {
  const mp::RawValue<Point> original(Point{1, 2});
  const auto copy = sharedctypes::copy(original);
  EXPECT_NE(copy, original);
  original.value().x = 9;
  EXPECT_EQ(copy.value(), (Point{1, 2}));
  static_assert(std::is_same_v<decltype(sharedctypes::copy(Point{})), mp::RawValue<Point>>);
}

TEST(SharedctypesTest, CopyReadsUnderTheLock) {
  const mp::Value<int, mp::Lock> value(7, mp::Lock());
  const auto copy = sharedctypes::copy(value);
  static_assert(std::is_same_v<decltype(copy), const mp::RawValue<int>>);
  EXPECT_EQ(copy.value(), 7);
  EXPECT_EQ(sharedctypes::copy(value.get_obj()).value(), 7);
}

TEST(SharedctypesTest, CopiesArrays) {
  const mp::RawArray<int> raw(std::views::iota(0, 4));
  const mp::Array<int> array(std::views::iota(0, 4));
  for (const auto& copy :
       {sharedctypes::copy(raw), sharedctypes::copy(array), sharedctypes::copy(array.get_obj())}) {
    EXPECT_EQ(std::vector<int>(copy.begin(), copy.end()), (std::vector{0, 1, 2, 3}));
    EXPECT_NE(copy, raw);
  }
}

TEST(SharedctypesTest, SynchronizedIsTheSameObjectBehindALock) {
  const mp::RawValue<int> raw(1);
  const mp::Lock lock;
  const auto own = sharedctypes::synchronized(raw);
  const auto given = sharedctypes::synchronized(raw, lock);
  own.value() += 1;
  given.value() += 1;
  EXPECT_EQ(raw.value(), 3);
  EXPECT_EQ(given.get_lock(), lock);
  const mp::RawArray<int> elements(std::size_t{3});
  const auto array = sharedctypes::synchronized(elements, lock);
  array[1] = 5;
  EXPECT_EQ(elements[1], 5);
  EXPECT_EQ(array.get_lock(), lock);
}

TEST(SharedctypesTest, FieldsAreEachOneStep) {
  mp::Array<Named> array(std::size_t{2});
  mp::Value<Point> point(Point{0, 5});
  std::vector<mp::Process> processes;
  for (int number = 0; number < 3; ++number) {
    processes.push_back(mp::get_context(mp::StartMethod::spawn)
                            .Process(
                                +[](mp::Array<Named> all, mp::Value<Point> one) {
                                  for (int round = 0; round < 2'000; ++round) {
                                    all[1].field(&Named::count) += 1;
                                    all[1].field(&Point::x) += 0.5;
                                    one.value().field(&Point::x) += 1;
                                  }
                                },
                                array, point));
    processes.back().start();
  }
  for (auto& process : processes) {
    process.join();
    EXPECT_EQ(process.exitcode(), 0);
  }
  EXPECT_EQ(array[1].field(&Named::count), 6'000);
  EXPECT_EQ(array[1].field(&Point::x), 3'000);
  EXPECT_EQ(array[0].field(&Named::count), 0);
  EXPECT_EQ(point.value().load(), (Point{6'000, 5}));
}

TEST(SharedctypesTest, TravelsWithItsLock) {
  const auto value = sharedctypes::synchronized(mp::RawValue<int>(1), mp::Lock());
  mp::Process child = mp::get_context(mp::StartMethod::spawn)
                          .Process(
                              +[](mp::Value<int, mp::Lock> same) {
                                if (!same.get_lock().locked()) throw hilo::SystemExit(3);
                                same.get_obj() = 2;
                              },
                              value);
  {
    const std::scoped_lock guard(value);
    child.start();
    child.join();
  }
  EXPECT_EQ(child.exitcode(), 0);
  EXPECT_EQ(value.value(), 2);
}

}  // namespace
