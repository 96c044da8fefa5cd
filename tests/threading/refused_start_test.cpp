// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "hilo/threading.hpp"

namespace hilo::threading {
namespace {

constexpr unsigned k_nobodys_user = 54'321;  // limits do not hold for root

/// Whether start() says what the system said, and everything is as before.
bool is_refused(Thread& thread) {
  const std::size_t before = active_count();
  try {
    thread.start();
    return false;
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return !thread.is_alive() && active_count() == before && !thread.ident();
}

TEST(RefusedStartDeathTest, ALimitOfProcessesLeavesTheRegistryRight) {
  testing::FLAGS_gtest_death_test_style = "fast";
  EXPECT_EXIT(
      {
        struct rlimit limit;
        ::getrlimit(RLIMIT_NPROC, &limit);
        struct rlimit tight = limit;
        tight.rlim_cur = 1;
        if (::getuid() == 0 && ::setuid(k_nobodys_user) != 0) std::_Exit(2);
        ::setrlimit(RLIMIT_NPROC, &tight);
        Thread thread([] { return 1; });
        Thread another([] { return 2; });
        if (!is_refused(thread) || !is_refused(another)) std::_Exit(3);
        ::setrlimit(RLIMIT_NPROC, &limit);
        thread.start();
        std::_Exit(thread.result<int>() == 1 && !another.is_alive() ? 0 : 4);
      },
      testing::ExitedWithCode(0), "pthread_create");
}

TEST(RefusedStartTest, AStackThatHasNoPlaceIsRefusedAtTheStart) {
  stack_size(std::int64_t{1} << 60);
  Thread thread([] { return 1; });
  EXPECT_TRUE(is_refused(thread));
  stack_size(0);
  thread.start();
  EXPECT_EQ(thread.result<int>(), 1);
}

}  // namespace
}  // namespace hilo::threading
