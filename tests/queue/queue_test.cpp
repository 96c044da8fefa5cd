// SPDX-License-Identifier: MIT
#include "hilo/queue.hpp"

#include <gtest/gtest.h>

namespace hilo::queue {
namespace {

TEST(QueueTest, GivesItemsInTheOrderTheyWerePut) {
  Queue<int> queue;
  for (int i = 0; i < 10'000; ++i) queue.put(i);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(queue.get(), i);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace hilo::queue
