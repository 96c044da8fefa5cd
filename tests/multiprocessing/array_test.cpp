// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/array.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <vector>

#include "hilo/marshal.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

static_assert(std::ranges::random_access_range<mp::Array<int>>);
static_assert(std::ranges::contiguous_range<mp::RawArray<int>>);

TEST(ArrayTest, IsMadeFromSizeRangeListOrTypecode) {
  EXPECT_EQ(mp::Array<int>(3).slice(), (std::vector{0, 0, 0}));
  EXPECT_EQ(mp::Array<int>(std::views::iota(0, 4)).slice(), (std::vector{0, 1, 2, 3}));
  EXPECT_EQ((mp::Array<double>{1.5, 2.5}).slice(), (std::vector{1.5, 2.5}));
  mp::Array by_code(mp::typecode<'i'>, std::views::iota(0, 10));
  static_assert(std::is_same_v<decltype(by_code)::value_type, int>);
  EXPECT_EQ(by_code.size(), 10u);
  EXPECT_EQ(mp::Array(mp::typecode<'d'>, 5).slice(), std::vector<double>(5));
  EXPECT_EQ(mp::Array<int>(std::size_t{0}).size(), 0u);
}

TEST(ArrayTest, IsARange) {
  mp::Array<int> array(std::views::iota(0, 10));
  for (auto&& x : array) x = -x;
  EXPECT_EQ(std::accumulate(array.begin(), array.end(), 0), -45);
  std::ranges::sort(array);
  EXPECT_EQ(array[0], -9);
  std::reverse(array.begin(), array.end());
  EXPECT_EQ(array[0], 0);
  std::sort(array.begin(), array.end());
  EXPECT_EQ(array[0], -9);
  EXPECT_EQ(*std::ranges::max_element(array), 0);
  EXPECT_EQ(array.end() - array.begin(), 10);
}

TEST(ArrayTest, AtChecksAndCountsFromTheEnd) {
  mp::Array<int> array(std::views::iota(0, 10));
  EXPECT_EQ(array.at(9), 9);
  EXPECT_EQ(array.at(-1), 9);
  EXPECT_THROW((void)array.at(99), std::out_of_range);
  EXPECT_THROW((void)array.at(-11), std::out_of_range);
  array.at(3) += 10;
  EXPECT_EQ(array[3], 13);
}

TEST(ArrayTest, SlicesAreAsInPython) {
  mp::Array<int> array(std::views::iota(0, 10));
  EXPECT_EQ(array.slice(2, 5), (std::vector{2, 3, 4}));
  EXPECT_EQ(array.slice(-2), (std::vector{8, 9}));
  EXPECT_EQ(array.slice(5, 2), std::vector<int>());
  EXPECT_EQ(array.slice(8, 99), (std::vector{8, 9}));
  array.assign(0, 2, std::vector{7, 8});
  EXPECT_EQ(array.slice(0, 3), (std::vector{7, 8, 2}));
  EXPECT_THROW(array.assign(0, 3, std::vector{1}), hilo::ValueError);
}

TEST(ArrayTest, ChildrenChangeItUnderBothStartMethods) {
  for (const auto method : {mp::StartMethod::fork, mp::StartMethod::spawn}) {
    auto context = mp::get_context(method);
    mp::Array<int> array(std::views::iota(0, 10));
    auto child = context.Process(
        +[](mp::Array<int> shared) {
          for (auto&& x : shared) x = -x;
        },
        array);
    child.start();
    child.join();
    EXPECT_EQ(array.slice(), (std::vector{0, -1, -2, -3, -4, -5, -6, -7, -8, -9}));
  }
}

template <class Kind>
class AnyArrayTest : public testing::Test {};
using ArrayKinds = testing::Types<mp::Array<int>, mp::RawArray<int>>;
TYPED_TEST_SUITE(AnyArrayTest, ArrayKinds);

TYPED_TEST(AnyArrayTest, EveryCopyIsTheSameArray) {
  TypeParam array(std::size_t{3});
  TypeParam direct(array);
  TypeParam braced{array};
  std::vector<TypeParam> several;
  several.emplace_back(array);
  const auto captured = [array] { array[0] = 7; };
  captured();
  EXPECT_EQ(array[0], 7);
  EXPECT_EQ(direct, array);
  EXPECT_EQ(braced, array);
  EXPECT_EQ(several[0], array);
  mp::Process child(
      +[](TypeParam shared) { shared[1] = 8; }, array);
  child.start();
  child.join();
  EXPECT_EQ(array[1], 8);
}

TEST(ArrayTest, OfCharIsAText) {
  mp::Array<char> text(std::size_t{8});
  text.set_value("hola");
  EXPECT_EQ(text.value(), "hola");
  EXPECT_EQ(text.raw(), std::string("hola\0\0\0\0", 8));
  EXPECT_THROW(text.set_value("demasiado largo"), hilo::ValueError);
}

TEST(ArrayTest, AnImpossibleSizeIsAnError) {
  EXPECT_THROW(mp::Array<double>(SIZE_MAX / 8), std::system_error);
  EXPECT_THROW(mp::Array<double>(SIZE_MAX), std::system_error);
  // More than any machine has, though the system would begin to give it.
  ASSERT_TRUE(std::ifstream("/proc/meminfo")) << "else this would take all there is";
  EXPECT_THROW(mp::Array<char>(std::size_t{1} << 45), std::system_error);
}

TEST(ArrayTest, HundredsOfMegabytes) {
  mp::RawArray<double> array(std::size_t{1} << 25);
  EXPECT_EQ(array[array.size() - 1], 0.0);
  array[array.size() - 1] = 1.0;
  EXPECT_EQ(std::accumulate(array.begin(), array.end(), 0.0), 1.0);
}

TEST(ArrayTest, TravelsAsBytesWhileItLives) {
  mp::Array<int> array(std::views::iota(0, 3));
  const auto same = hilo::marshal::loads<mp::Array<int>>(hilo::marshal::dumps(array));
  EXPECT_EQ(same, array);
  EXPECT_EQ(same.slice(), array.slice());
}

}  // namespace
