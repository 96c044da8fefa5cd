// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/pool.hpp"

#include <gtest/gtest.h>

#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/process_test_base.hpp"

namespace {
int square(int n) { return n * n; }
TEST(PoolTest, Smoke) {
  hilo::mp::Pool pool(2);
  EXPECT_EQ(pool.apply(square, 5), 25);
  EXPECT_EQ(pool.apply_async(square, 6).get(), 36);
  EXPECT_EQ(pool.map(square, std::views::iota(0, 5)), (std::vector{0, 1, 4, 9, 16}));
}
}  // namespace
