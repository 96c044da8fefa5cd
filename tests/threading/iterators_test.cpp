// SPDX-License-Identifier: MIT
#include "hilo/threading/iterators.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <numeric>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"

namespace hilo::threading {
namespace {

using test::in_threads;

constexpr int k_items = 20'000;

template <class Source>
std::vector<int> all_of(Source& source) {
  std::vector<int> items;
  for (const int item : source) items.push_back(item);
  return items;
}

std::vector<int> up_to(int count) {
  std::vector<int> items(static_cast<std::size_t>(count));
  std::iota(items.begin(), items.end(), 0);
  return items;
}

TEST(SerializeIteratorTest, GivesEachItemToOneThread) {
  serialize_iterator numbers(std::views::iota(0, k_items));
  std::mutex mutex;
  std::vector<int> all;
  in_threads(4, [&](int) {
    const std::vector<int> mine = all_of(numbers);
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    const std::scoped_lock guard(mutex);
    all.insert(all.end(), mine.begin(), mine.end());
  });
  std::ranges::sort(all);
  EXPECT_EQ(all, up_to(k_items));
}

TEST(SerializeIteratorTest, EndsAndStaysAtItsEnd) {
  serialize_iterator numbers(up_to(1));
  EXPECT_EQ(numbers.next(), 0);
  EXPECT_EQ(numbers.next(), std::nullopt);
  EXPECT_EQ(numbers.next(), std::nullopt);
}

TEST(SerializeIteratorTest, ReadsNoFurtherThanAsked) {
  std::istringstream text("1 2 x");
  serialize_iterator numbers(std::views::istream<int>(text));
  EXPECT_EQ(numbers.next(), 1);
  EXPECT_EQ(text.peek(), ' ');
}

TEST(SerializeIteratorTest, IterationTakesNoMoreThanItIsAskedFor) {
  serialize_iterator numbers(up_to(5));
  int seen = 0;
  for ([[maybe_unused]] const int number : numbers | std::views::take(2)) ++seen;
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(numbers.next(), 2);
}

TEST(SerializeIteratorTest, PassesOnWhatTheRangeThrows) {
  serialize_iterator numbers(std::views::iota(0) | std::views::transform([](int number) {
                               return number == 1 ? throw std::runtime_error("one") : number;
                             }));
  EXPECT_EQ(numbers.next(), 0);
  EXPECT_THROW(numbers.next(), std::runtime_error);
  EXPECT_EQ(numbers.next(), 2);
}

TEST(SynchronizedIteratorTest, SerializesWhatAFunctionReturns) {
  const auto counter =
      synchronized_iterator([](int from, int to) { return std::views::iota(from, to); });
  auto numbers = counter(3, 5);
  EXPECT_EQ(all_of(numbers), (std::vector<int>{3, 4}));
}

TEST(ConcurrentTeeTest, EachBranchGetsAll) {
  auto branches = concurrent_tee(std::views::iota(0, k_items), 3);
  ASSERT_EQ(branches.size(), 3U);
  in_threads(
      3, [&](int i) { EXPECT_EQ(all_of(branches[static_cast<std::size_t>(i)]), up_to(k_items)); });
}

TEST(ConcurrentTeeTest, MakesTwoUnlessToldAndRefusesNegativeNumbers) {
  EXPECT_EQ(concurrent_tee(up_to(1)).size(), 2U);
  EXPECT_EQ(concurrent_tee(up_to(1), 0).size(), 0U);
  EXPECT_THROW(static_cast<void>(concurrent_tee(up_to(1), -1)), ValueError);
}

TEST(ConcurrentTeeTest, KeepsNothingForABranchThatIsGone) {
  const std::vector<std::shared_ptr<int>> items{std::make_shared<int>(1)};
  auto branches = concurrent_tee(items, 2);
  branches.pop_back();
  EXPECT_EQ(branches[0].next(), items[0]);
  EXPECT_EQ(items[0].use_count(), 1);
}

}  // namespace
}  // namespace hilo::threading
