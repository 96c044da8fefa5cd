// SPDX-License-Identifier: MIT
#include "os/faults.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace hilo::os {
namespace {

TEST(FaultsTest, NothingFailsUnlessATestSaysSo) { EXPECT_FALSE(fault("mmap")); }

TEST(FaultsTest, TheNamedCallFailsFromTheGivenNumberOn) {
  {
    const FaultGuard guard("mmap", ENOMEM, 2, 2);
    EXPECT_FALSE(fault("mmap"));
    EXPECT_FALSE(fault("fork"));
    errno = 0;
    EXPECT_TRUE(fault("mmap"));
    EXPECT_EQ(errno, ENOMEM);
    EXPECT_TRUE(fault("mmap"));
    EXPECT_FALSE(fault("mmap"));
    EXPECT_EQ(guard.calls(), 4);
  }
  EXPECT_FALSE(fault("mmap"));
}

TEST(FaultsTest, SeveralNamesAreCountedTogether) {
  const FaultGuard guard("open openat", EMFILE, 2);
  EXPECT_FALSE(fault("pen"));
  EXPECT_FALSE(fault("open open"));
  EXPECT_FALSE(fault("openat"));
  EXPECT_TRUE(fault("open"));
  EXPECT_EQ(guard.calls(), 2);
}

}  // namespace
}  // namespace hilo::os
