// SPDX-License-Identifier: MIT
#include "hilo/futures/progress.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <utility>
#include <vector>

#include "hilo/detail/next_iterator.hpp"
#include "hilo/futures/thread_pool_executor.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"

namespace {

using hilo::futures::Progress;
using hilo::futures::progress;
using hilo::multiprocessing::pool::ThreadPool;

int square(int n) {
  if (n < 0) throw std::domain_error("negative");
  return n * n;
}

/// Counts what is taken of it, and cannot be copied.
class Numbers {
 public:
  using value_type = std::unique_ptr<int>;
  explicit Numbers(int count) : count_(count) {}
  Numbers(Numbers&&) = default;

  std::optional<value_type> next() {
    if (taken_ == count_) return std::nullopt;
    return std::make_unique<int>(taken_++);
  }
  [[nodiscard]] int taken() const { return taken_; }
  auto begin() { return hilo::detail::NextIterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  int count_;
  int taken_ = 0;
};

static_assert(std::ranges::input_range<Progress<Numbers>>);
static_assert(std::ranges::input_range<Progress<std::vector<int>&>>);

TEST(ProgressTest, GivesEachItem) {
  std::vector<int> seen;
  for (auto&& n : progress(Numbers(3))) seen.push_back(*std::unique_ptr<int>(std::move(n)));
  EXPECT_EQ(seen, (std::vector{0, 1, 2}));
}

TEST(ProgressTest, IsReadAsItIsAskedFor) {
  Numbers numbers(10);
  int read = 0;
  for (auto&& n : progress(numbers)) {
    EXPECT_EQ(numbers.taken(), ++read);
    if (*n == 4) break;
  }
  EXPECT_EQ(numbers.taken(), 5);
}

TEST(ProgressTest, GivesTheItemsOfAContainerThemselves) {
  std::list<int> numbers = {1, 2, 3};
  for (int& n : progress(numbers)) n *= 2;
  EXPECT_EQ(numbers, (std::list{2, 4, 6}));
}

TEST(ProgressTest, PassesResultsAndErrors) {
  ThreadPool pool(2);
  std::vector<int> seen;
  for (int n : progress(pool.imap(square, std::views::iota(0, 50)))) seen.push_back(n);
  EXPECT_EQ(seen, pool.map(square, std::views::iota(0, 50)));

  seen.clear();
  const auto loop = [&] {
    for (int n : progress(pool.imap(square, std::vector{3, -1, 4}))) seen.push_back(n);
  };
  EXPECT_THROW(loop(), std::domain_error);
  EXPECT_EQ(seen, std::vector{9});
}

TEST(ProgressTest, GoesOnBehindAnError) {
  ThreadPool pool(2);
  auto results = progress(pool.imap(square, std::vector{3, -1, 4}));
  auto at = results.begin();
  EXPECT_EQ(*at, 9);
  ++at;
  EXPECT_THROW((void)(at == results.end()), std::domain_error);
  EXPECT_EQ(*at, 16);
}

TEST(ProgressTest, LearnsHowManyResultsThereWillBe) {
  const std::vector<int> numbers = {1, 2, 3};
  auto odd = numbers | std::views::filter([](int n) { return n % 2 == 1; });
  ThreadPool pool(1);
  EXPECT_EQ(pool.imap(square, numbers).length_hint(), 3U);
  EXPECT_EQ(pool.imap_unordered(square, numbers, {.chunksize = 2}).length_hint(), 3U);
  EXPECT_EQ(pool.imap(square, odd).length_hint(), std::nullopt);

  hilo::futures::ThreadPoolExecutor executor(1);
  const auto sum = [](int a, int b) { return a + b; };
  EXPECT_EQ(executor.map(sum, numbers, std::views::iota(0, 2)).length_hint(), 2U);
  EXPECT_EQ(executor.map(sum, numbers, std::views::iota(0)).length_hint(), std::nullopt);
}

}  // namespace
