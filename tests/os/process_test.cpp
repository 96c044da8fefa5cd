// SPDX-License-Identifier: MIT
// The contracts that processes stand on.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/os.hpp"
#include "os/child.hpp"
#include "os/cpu.hpp"
#include "os/faults.hpp"
#include "os/memory_room.hpp"
#include "os/module.hpp"

namespace hilo {
namespace {

using namespace std::chrono_literals;

void end_with(int code) { throw SystemExit(code); }

/// What a machine says of itself in its files.
class MachineTest : public testing::Test {
 protected:
  MachineTest() {
    char folder[] = "/tmp/hilo-cgroup-XXXXXX";
    root_ = ::mkdtemp(folder);
  }
  ~MachineTest() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path whole = root_ + path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  std::string root_;
};

TEST_F(MachineTest, HasNoQuotaWithoutGroups) { EXPECT_EQ(os::cpu_quota(root_), 0); }

TEST_F(MachineTest, ReadsAQuotaOfVersionTwoUpwards) {
  write("/proc/self/cgroup", "0::/outer/inner\n");
  write("/sys/fs/cgroup/outer/cpu.max", "150000 100000\n");
  write("/sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  EXPECT_DOUBLE_EQ(os::cpu_quota(root_), 1.5);
}

TEST_F(MachineTest, ReadsAQuotaOfVersionOne) {
  write("/proc/self/cgroup", "5:memory:/job\n4:cpu,cpuacct:/job\n");
  write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "50000\n");
  write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_DOUBLE_EQ(os::cpu_quota(root_), 0.5);
}

TEST_F(MachineTest, FindsTheGroupOfAContainerAtTheRoot) {
  write("/proc/self/cgroup", "0::/host/path/unseen/here\n");
  write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_DOUBLE_EQ(os::cpu_quota(root_), 2.0);
}

TEST_F(MachineTest, TellsItsRoomForMemory) {
  EXPECT_EQ(os::memory_room(root_), UINT64_MAX) << "it says nothing";
  write("/proc/meminfo", "MemTotal: 900 kB\nMemAvailable:  500 kB\nSwapFree: 24 kB\n");
  EXPECT_EQ(os::memory_room(root_), 524u * 1024);
  write("/proc/self/cgroup", "0::/outer/inner\n");
  write("/sys/fs/cgroup/outer/memory.max", "100000\n");
  write("/sys/fs/cgroup/outer/memory.current", "90000\n");
  write("/sys/fs/cgroup/outer/memory.stat", "anon 60000\nactive_file 1000\ninactive_file 9000\n");
  write("/sys/fs/cgroup/outer/inner/memory.max", "max\n");
  EXPECT_EQ(os::memory_room(root_), 20'000u);
  write("/proc/self/cgroup", "3:memory:/job\n");
  write("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "5000\n");
  write("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", "7000\n");
  EXPECT_EQ(os::memory_room(root_), 0u);
}

TEST(ModuleTest, CodeOfProgramAndLibrariesIsFoundAgain) {
  for (const void* code :
       {reinterpret_cast<const void*>(&end_with), reinterpret_cast<const void*>(&::getpid)}) {
    EXPECT_EQ(os::resolve(os::code_address(code)), code);
  }
}

TEST(ModuleTest, UnknownCodeIsRefused) {
  int on_the_stack = 0;
  EXPECT_THROW((void)os::code_address(&on_the_stack), RuntimeError);
  os::CodeAddress address = os::code_address(reinterpret_cast<const void*>(&end_with));
  address.module ^= 1;
  EXPECT_THROW((void)os::resolve(address), RuntimeError);
  address.module ^= 1;
  address.offset = ~std::uint64_t{0} / 2;
  EXPECT_THROW((void)os::resolve(address), RuntimeError);
}

}  // namespace
}  // namespace hilo
