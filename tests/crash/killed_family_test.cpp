// SPDX-License-Identifier: MIT
// SIGKILL of a whole family at once: nothing remains anywhere.
#include <dirent.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "helpers/footprint.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

/// The inode of the memory file that a process has mapped, as text; empty if there is none.
std::string memory_file_of(const std::string& pid) {
  std::ifstream maps("/proc/" + pid + "/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("/memfd:hilo") == std::string::npos) continue;
    std::istringstream words(line);
    std::string inode;
    for (int column = 0; column < 5; ++column) words >> inode;
    return inode;
  }
  return {};
}

/// How many processes of the machine have this memory file mapped.
std::size_t holders(const std::string& inode) {
  std::size_t count = 0;
  DIR* const processes = ::opendir("/proc");
  while (const dirent* const entry = ::readdir(processes)) {
    count += memory_file_of(entry->d_name) == inode ? 1 : 0;
  }
  ::closedir(processes);
  return count;
}

TEST(KilledFamilyTest, NothingRemains) {
  const hilo::testing::Footprint before;
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
  const std::string memory = memory_file_of(std::to_string(root));
  ASSERT_FALSE(memory.empty());
  EXPECT_EQ(holders(memory), 11u);
  ASSERT_EQ(::kill(-root, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(root, &status, 0), root);
  ::close(ready[1]);
  char byte = 0;
  EXPECT_EQ(::read(ready[0], &byte, 1), 0) << "the last of the family holds the other end";
  ::close(ready[0]);
  EXPECT_EQ(holders(memory), 0u);
  EXPECT_EQ(hilo::testing::Footprint(), before);
}

}  // namespace
