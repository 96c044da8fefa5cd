// SPDX-License-Identifier: MIT
#include "hilo/threading/stack_size.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "hilo/errors.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {
namespace {

constexpr int k_step = 32 * 1024;

/// Uses `steps` times k_step bytes of stack.
int descend(int steps) {  // NOLINT(misc-no-recursion)
  volatile char room[k_step];
  room[0] = 1;
  room[k_step - 1] = 1;
  return room[0] + room[k_step - 1] + (steps > 1 ? descend(steps - 1) : 0);
}

class StackSizeTest : public testing::Test {
 protected:
  ~StackSizeTest() override { stack_size(0); }
};

TEST_F(StackSizeTest, IsTheSystemsAtFirst) { EXPECT_EQ(stack_size(), 0U); }

TEST_F(StackSizeTest, ReturnsWhatWasSetBefore) {
  EXPECT_EQ(stack_size(1 << 20), 0U);
  EXPECT_EQ(stack_size(), 1U << 20U);
  EXPECT_EQ(stack_size(40'000), 1U << 20U);
  EXPECT_EQ(stack_size(0), 40'000U);
}

TEST_F(StackSizeTest, RefusesWhatCannotBe) {
  stack_size(1 << 20);
  EXPECT_THROW(stack_size(-1), ValueError);
  EXPECT_THROW(stack_size(1), ValueError);
  EXPECT_THROW(stack_size(k_step - 1), ValueError);
  EXPECT_THROW(stack_size(std::numeric_limits<std::int64_t>::min()), ValueError);
  EXPECT_EQ(stack_size(), 1U << 20U);
}

TEST_F(StackSizeTest, HoldsForThreadsThatStartAfterwards) {
  constexpr int k_deep = 64 << 20;  // far beyond any system's default
  stack_size(k_deep);
  Thread deep(descend, k_deep / k_step * 3 / 4);
  deep.start();
  EXPECT_GT(deep.result<int>(), 0);
}

TEST_F(StackSizeTest, AThreadRunsInASmallOne) {
  stack_size(128 * 1024);
  Thread small([] { return 7; });
  small.start();
  EXPECT_EQ(small.result<int>(), 7);
}

}  // namespace
}  // namespace hilo::threading
