// SPDX-License-Identifier: MIT
// What SharedMemory does where the system refuses.
#include "os/named_memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "helpers/footprint.hpp"
#include "hilo/multiprocessing/shared_memory.hpp"
#include "os/faults.hpp"

namespace hilo::multiprocessing::shared_memory {
namespace {

bool exists(const std::string& name) { return ::access(("/dev/shm/" + name).c_str(), F_OK) == 0; }

class NamedMemoryTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(hilo::testing::Footprint(), before_); }
  const hilo::testing::Footprint before_;
};

TEST_F(NamedMemoryTest, IsMadeUnderItsNameWhereItCannotBeLinked) {
  for (const char* call : {"open(O_TMPFILE)", "linkat"}) {
    const os::FaultGuard fault(call, EOPNOTSUPP);
    const SharedMemory segment({.create = true, .size = 5000});
    EXPECT_EQ(SharedMemory(segment.name()).size(), 5000u) << call;
    EXPECT_THROW(SharedMemory({.name = segment.name(), .create = true, .size = 1}),
                 std::system_error);
    segment.unlink();
  }
}

TEST_F(NamedMemoryTest, NothingIsLeftOfWhatFailed) {
  // Linked, and made under its name: then the first call that fails is the one before.
  for (const std::string before : {"", "open(O_TMPFILE) "}) {
    for (const char* call : {"fallocate", "mmap", "fstat"}) {
      const os::FaultGuard fault(before + call, ENOSPC, 1, before.empty() ? 1 : 2);
      EXPECT_THROW(SharedMemory({.create = true, .size = 5000, .track = true}), std::system_error)
          << before << call;
    }
  }
}

TEST_F(NamedMemoryTest, WhatCannotBeHeldIsNoOrphan) {
  const os::FaultGuard fault("flock", ENOLCK);
  const SharedMemory segment({.create = true, .size = 10, .track = true});
  (void)unlink_orphans();
  EXPECT_TRUE(exists(segment.name()));
  segment.unlink();
}

}  // namespace
}  // namespace hilo::multiprocessing::shared_memory
