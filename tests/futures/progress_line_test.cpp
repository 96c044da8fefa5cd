// SPDX-License-Identifier: MIT
#include "futures/progress_line.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

namespace hilo::detail::futures {
namespace {

using namespace std::chrono_literals;

TEST(ProgressLineTest, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(progress_line("drawing", {450, 1000, 12s}, 72),
            "drawing:  45% [#########             ] 450/1000, 37.5/s, 0:12, 0:14 left");
}

TEST(ProgressLineTest, HasABarOfFortyCharactersAtMost) {
  EXPECT_EQ(progress_line("", {1, 4, 2s}, 500),
            " 25% [##########                              ] 1/4, 2.0 s each, 0:02, 0:06 left");
}

TEST(ProgressLineTest, SaysNoMoreThanItKnows) {
  EXPECT_EQ(progress_line("", {0, 4, 0s}, 30), "  0% [             ] 0/4, 0:00");
  EXPECT_EQ(progress_line("", {0, std::nullopt, 3s}, 80), "0, 0:03");
  EXPECT_EQ(progress_line("rows", {2000, std::nullopt, 10s}, 80), "rows: 2000, 200/s, 0:10");
}

TEST(ProgressLineTest, HasNothingLeftAtTheEnd) {
  EXPECT_EQ(progress_line("", {4, 4, 3723s}, 40), "100% [######] 4/4, 930.8 s each, 1:02:03");
  EXPECT_EQ(progress_line("", {5, 4, 1s}, 31), "100% [#######] 5/4, 5.0/s, 0:01");
  EXPECT_EQ(progress_line("", {0, 0, 0s}, 25), "100% [########] 0/0, 0:00");
}

TEST(ProgressLineTest, IsNoWiderThanTheTerminal) {
  const ProgressState state = {450, 1000, 12s};
  for (std::size_t width = 0; width < 100; ++width) {
    EXPECT_LE(progress_line("drawing", state, width).size(), width);
  }
  EXPECT_EQ(progress_line("", state, 50), " 45% [####     ] 450/1000, 37.5/s, 0:12, 0:14 left");
  EXPECT_EQ(progress_line("", state, 45), " 45% 450/1000, 37.5/s, 0:12, 0:14 left");
  EXPECT_EQ(progress_line("", state, 12), " 45% 450/100");
}

TEST(ProgressLineTest, CountsCharactersNotBytes) {
  EXPECT_EQ(progress_line("añ", {450, 1000, 12s}, 3), "añ:");
  EXPECT_EQ(progress_line("añ", {450, 1000, 12s}, 55).size(), 56U);
}

TEST(ProgressLineTest, EstimatesNothingBeyondReason) {
  const ProgressState state = {1, std::numeric_limits<std::size_t>::max(), 24h * 365};
  EXPECT_NE(progress_line("", state, 99).find("9999:00:00 left"), std::string::npos);
}

}  // namespace
}  // namespace hilo::detail::futures
