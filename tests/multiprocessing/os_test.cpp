// SPDX-License-Identifier: MIT
#include "hilo/os.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hilo::os {
namespace {

TEST(OsTest, ForkHasAResultForEach) {
  const int original = getpid();
  const int result = fork();
  ASSERT_GE(result, 0);
  if (result == 0) ::_exit(getppid() == original && getpid() != original ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(result, &status, 0), result);
  EXPECT_EQ(status, 0);
}

TEST(OsTest, IdsAreTheSystems) {
  EXPECT_EQ(getpid(), ::getpid());
  EXPECT_EQ(getppid(), ::getppid());
}

TEST(OsTest, CountsProcessors) {
  EXPECT_GE(cpu_count(), 1);
  EXPECT_GE(process_cpu_count(), 1);
  EXPECT_LE(process_cpu_count(), cpu_count());
}

TEST(OsTest, ProcessCountHeedsAffinity) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(process_cpu_count(), 1);
  ASSERT_EQ(::sched_setaffinity(0, sizeof before, &before), 0);
}

}  // namespace
}  // namespace hilo::os
