// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "hilo/multiprocessing/pool/thread_pool.hpp"

namespace {

using hilo::multiprocessing::pool::ThreadPool;

constexpr unsigned k_nobodys_user = 54'321;  // limits do not hold for root

TEST(ThreadCrewSizeDeathTest, IsRefusedWhereTheSystemHasNoMore) {
  testing::FLAGS_gtest_death_test_style = "fast";
  EXPECT_EXIT(
      {
        struct rlimit tight {};
        ::getrlimit(RLIMIT_NPROC, &tight);
        tight.rlim_cur = 1;
        if (::getuid() == 0 && ::setuid(k_nobodys_user) != 0) std::_Exit(2);
        ::setrlimit(RLIMIT_NPROC, &tight);
        try {
          ThreadPool pool(1'000'000);
        } catch (const std::system_error& error) {
          std::fprintf(stderr, "%s\n", error.what());
          std::_Exit(0);
        }
        std::_Exit(3);
      },
      testing::ExitedWithCode(0), "pthread_create");
}

}  // namespace
