// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <vector>

#include "heap/family.hpp"
#include "heap/heap.hpp"
#include "heap/members.hpp"
#include "heap/objects.hpp"
#include "helpers/kills.hpp"
#include "hilo/detail/family/object.hpp"

namespace hilo::detail::family {
namespace {

/// Does all that can be done to the heap, for ever.
[[noreturn]] void churn(unsigned seed, const ObjectRef& shared) {
  std::mt19937 random(seed);
  std::vector<Offset> blocks;
  std::vector<ObjectRef> objects;
  for (;;) {
    if (random() % 3 != 0) {
      blocks.push_back(allocate(random() % (random() % 20 != 0 ? 2'000 : 200'000)));
    } else if (!blocks.empty()) {
      std::swap(blocks[random() % blocks.size()], blocks.back());
      release(blocks.back());
      blocks.pop_back();
    }
    if (random() % 10 == 0) {
      objects.push_back(ObjectRef::create(200));
      (void)create_part(objects.back().offset(), 64);
      objects.push_back(ObjectRef::find(shared.offset(), shared.serial()));
    }
    if (random() % 6 == 0 && !objects.empty()) objects.pop_back();
    if (blocks.size() > 300) {
      for (const Offset block : blocks) release(block);
      blocks.clear();
    }
  }
}

struct Child {
  pid_t pid;
  std::uint32_t id;
};

Child start_churning(unsigned seed, const ObjectRef& shared) {
  Nascent nascent;
  nascent.inherit_all();
  const std::uint32_t id = nascent.id();
  const pid_t pid = ::fork();
  if (pid == 0) churn(seed, shared);
  nascent.started(pid);
  return {pid, id};
}

void kill_and_bury(const Child& child) {
  ::kill(child.pid, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child.pid, &status, 0), child.pid);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself, with status " << status;
  ended(child.id);
}

TEST(HeapCrashTest, KilledChildrenLeaveNothing) {
  const ObjectRef shared = ObjectRef::create(64);
  const HeapUse before = heap_use();
  const std::uint32_t members = count_members();
  std::mt19937 random(7);
  std::vector<Child> running;
  const unsigned rounds = hilo::testing::kills(3'000);
  for (unsigned round = 0; round < rounds; ++round) {
    running.push_back(start_churning(round, shared));
    // The instant of the kill is what is random here; nothing is waited for.
    ::usleep(random() % 500);
    if (running.size() == 3) {
      std::swap(running[random() % running.size()], running.back());
      kill_and_bury(running.back());
      running.pop_back();
    }
  }
  for (const Child& child : running) kill_and_bury(child);
  EXPECT_EQ(heap_use().blocks, before.blocks);
  EXPECT_EQ(heap_use().bytes, before.bytes);
  EXPECT_EQ(count_members(), members);
}

}  // namespace
}  // namespace hilo::detail::family
