// SPDX-License-Identifier: MIT
// Calls of the os layer that are refused, without a process to start.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "helpers/process_watch.hpp"
#include "os/cpu.hpp"
#include "os/faults.hpp"
#include "os/liveness.hpp"
#include "os/memory_file.hpp"
#include "os/self.hpp"
#include "os/spawn.hpp"

namespace hilo {
namespace {

template <class Action>
void expect_refusal(const char* call, Action action) {
  const os::FaultGuard guard(call, ENOMEM);
  try {
    action();
    ADD_FAILURE() << call;
  } catch (const std::system_error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find(call), std::string::npos) << refusal.what();
  }
}

TEST(SpawnFaultTest, ADescriptorThatCannotBeMovedIsAnError) {
  const long descriptors = test::open_descriptors();
  os::SpawnRequest request;
  (void)request.pass(STDIN_FILENO);  // its number is another's in the child
  expect_refusal("fcntl", [&] { (void)os::spawn(request); });
  EXPECT_EQ(test::open_descriptors(), descriptors);
  errno = 0;
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(PayloadFaultTest, APayloadThatCannotBeReadIsAnError) {
  const std::vector<std::byte> bytes(10);
  const long descriptors = test::open_descriptors();
  for (const char* call : {"fstat", "mmap"}) {
    os::UniqueDescriptor file = os::seal_payload(bytes);
    expect_refusal(call, [&] { const os::Payload payload(file.release()); });
  }
  EXPECT_EQ(test::open_descriptors(), descriptors);
}

TEST(MemoryFileFaultTest, ForeignDescriptorsAreNotAdopted) {
  const os::UniqueDescriptor file(os::create_memory_file());
  os::reserve_memory_file(file.get(), 0, 4096);
  EXPECT_EQ(os::adopt_memory_file(file.get()), 4096U);
  for (const char* call : {"fstat", "fcntl"}) {
    const os::FaultGuard guard(call, EBADF);
    EXPECT_EQ(os::adopt_memory_file(file.get()), 0U);
  }
  const os::FaultGuard guard("fallocate(PUNCH_HOLE)", EOPNOTSUPP);
  EXPECT_FALSE(os::discard_memory_file(file.get(), 0, 4096));
}

TEST(LivenessFaultTest, WhatCannotBeAskedLives) {
  EXPECT_TRUE(os::process_lives(::getpid(), os::boot_time()));
  for (const char* call : {"open", "read"}) {
    const os::FaultGuard guard(call, EMFILE);
    EXPECT_TRUE(os::process_lives(::getpid(), os::boot_time())) << call;
  }
  const os::FaultGuard guard("read", ESRCH);
  EXPECT_FALSE(os::process_lives(::getpid(), os::boot_time()));
}

TEST(CpuFaultTest, TheMachinesCountStandsInForTheProcesss) {
  {
    const os::FaultGuard guard("sched_getaffinity", EPERM);
    EXPECT_EQ(os::allowed_cpus(), os::machine_cpus());
  }
  const os::FaultGuard guard("sysconf", EINVAL);
  EXPECT_EQ(os::machine_cpus(), 1);
}

TEST(SelfFaultTest, ThreadsThatCannotBeCountedAreNone) {
  std::thread([] {
    EXPECT_TRUE(os::other_threads_run());
    const os::FaultGuard guard("stat", ENOENT);
    EXPECT_FALSE(os::other_threads_run());
  }).join();
}

}  // namespace
}  // namespace hilo
