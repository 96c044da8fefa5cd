// SPDX-License-Identifier: MIT
// SIGKILL of a whole family at once: nothing remains anywhere.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "helpers/footprint.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

namespace {

/// Shared memory of the whole machine, in kB: a memory file counts here while it lives.
long shared_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string key; file >> key;) {
    if (key == "Shmem:") {
      long kilobytes = 0;
      file >> kilobytes;
      return kilobytes;
    }
  }
  return 0;
}

TEST(KilledFamilyTest, NothingRemains) {
  const hilo::testing::Footprint before;
  const long memory_before = shared_memory();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t root = ::fork();
  ASSERT_GE(root, 0);
  if (root == 0) {
    ::setpgid(0, 0);
    const mp::RawArray<char> large(std::size_t{64} << 20);
    const mp::Lock lock;
    std::vector<mp::Process> children;
    for (int count = 0; count < 5; ++count) {
      children.emplace_back([&] {
        mp::Process grandchild([&] {
          (void)!::write(ready[1], "x", 1);
          for (;;) const std::scoped_lock guard(lock);
        });
        grandchild.start();
        for (;;) const std::scoped_lock guard(lock);
      });
      children.back().start();
    }
    ::pause();
    ::_exit(0);
  }
  for (int count = 0; count < 5; ++count) {
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  }
  EXPECT_GT(shared_memory(), memory_before + (60 << 10));
  ASSERT_EQ(::kill(-root, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(root, &status, 0), root);
  ::close(ready[1]);
  char byte = 0;
  EXPECT_EQ(::read(ready[0], &byte, 1), 0) << "the last of the family holds the other end";
  ::close(ready[0]);
  // The system takes the memory of the last one a moment after it closed its files.
  for (int tries = 0; tries < 500 && shared_memory() > memory_before + (30 << 10); ++tries) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_LT(shared_memory(), memory_before + (30 << 10));
  EXPECT_EQ(hilo::testing::Footprint(), before);
}

}  // namespace
