// SPDX-License-Identifier: MIT
#include "heap/family.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <thread>
#include <vector>

#include "heap/heap.hpp"
#include "heap/members.hpp"
#include "heap/objects.hpp"
#include "heap/section.hpp"
#include "helpers/eventually.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/detail/family/object.hpp"
#include "hilo/detail/family/scope.hpp"
#include "os/faults.hpp"

namespace hilo::detail::family {
namespace {

int wait_for(pid_t pid) {
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return status;
}

/// Forks as the library does; the child runs `body` and exits with what it returns.
template <class Body>
std::pair<pid_t, std::uint32_t> fork_member(Body body) {
  Nascent child;
  child.inherit_all();
  const std::uint32_t id = child.id();
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(body());
  child.started(pid);
  return {pid, id};
}

class FamilyTest : public ::testing::Test {
 protected:
  void SetUp() override { join(); }
};

TEST_F(FamilyTest, AChildHasItsOwnIdAndIsFoundDead) {
  const std::uint32_t mine = g_self.load();
  EXPECT_FALSE(member_died(mine));
  const auto [pid, id] = fork_member([mine] { return g_self.load() != mine ? 0 : 1; });
  EXPECT_EQ(wait_for(pid), 0);
  EXPECT_TRUE(member_died(id));
  ended(id);
  EXPECT_TRUE(member_died(id)) << "also when its record is somebody else's";
}

TEST_F(FamilyTest, AZombieIsDeadAndAStoppedProcessIsNot) {
  const auto [pid, id] = fork_member([] {
    ::raise(SIGSTOP);
    return 0;
  });
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, WUNTRACED), pid);
  EXPECT_FALSE(member_died(id));
  ::kill(pid, SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(member_died(id));
  wait_for(pid);
  ended(id);
}

TEST_F(FamilyTest, AProcessWhoseFirstThreadEndedLives) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t pid = 0;
  std::uint32_t id = 0;
  const auto live_on = [&ready] {
    std::thread([&ready] {
      // Until the first thread is gone, which the kernel shows as a zombie.
      while (os::look_at_liveness(record_of(g_self.load()).liveness) == os::LivenessState::held) {
        std::this_thread::yield();
      }
      (void)!::write(ready[1], "x", 1);
      ::pause();
    }).detach();
    ::pthread_exit(nullptr);
    return 0;
  };
  // Forked by a thread, so that the child's first thread ends like any other.
  std::thread([&] { std::tie(pid, id) = fork_member(live_on); }).join();
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_FALSE(member_died(id));
  ::kill(pid, SIGKILL);
  wait_for(pid);
  EXPECT_TRUE(member_died(id));
  ended(id);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(FamilyTest, AProcessThatBecameAnotherProgramIsDead) {
  const auto [pid, id] = fork_member([] {
    ::execlp("sleep", "sleep", "60", nullptr);
    return 1;
  });
  const std::uint32_t child = id;
  EXPECT_TRUE(test::eventually([child] { return member_died(child); }));
  EXPECT_EQ(::kill(pid, 0), 0) << "the process itself lives";
  ::kill(pid, SIGKILL);
  wait_for(pid);
  ended(id);
}

TEST_F(FamilyTest, AChildThatCannotHoldItsParentsObjectsIsRefused) {
  const HeapUse before = heap_use();
  const std::uint32_t members = count_members();
  {
    std::vector<ObjectRef> objects;
    for (int count = 0; count < 100; ++count) objects.push_back(ObjectRef::create(8));
    // Six holders stand in the object itself, who comes then needs a block.
    for (const ObjectRef& object : objects) {
      for (std::uint32_t member = 1; member <= 5; ++member) {
        EXPECT_TRUE(hold(object.offset(), object.serial(), (9u << k_index_bits) | member));
      }
    }
    Nascent child;
    child.inherit_all();
    pid_t pid = 0;
    {
      const os::FaultGuard refuse("fallocate", ENOSPC, 1, INT_MAX);
      while (true) {
        try {
          objects.push_back(ObjectRef::create(8));  // until nothing is left
        } catch (const std::system_error&) {
          break;
        }
      }
      pid = ::fork();
      if (pid == 0) ::_exit(77);
    }
    EXPECT_TRUE(child.refused());
    EXPECT_EQ(WEXITSTATUS(wait_for(pid)), 1) << "it took no step of its own";
    for (const ObjectRef& object : objects) {
      for (std::uint32_t member = 1; member <= 5; ++member) {
        let_go(object.offset(), (9u << k_index_bits) | member);
      }
    }
  }
  EXPECT_EQ(heap_use().blocks, before.blocks);
  EXPECT_EQ(count_members(), members);
}

TEST_F(FamilyTest, AForkOfTheProgramsOwnIsAMemberToo) {
  const std::uint32_t mine = g_self.load();
  const ObjectRef object = ObjectRef::create(8);
  const std::uint32_t members = count_members();
  const pid_t pid = ::fork();
  if (pid == 0) {
    const bool good = g_self.load() != mine && !member_died(g_self.load()) &&
                      ObjectRef::find(object.offset(), object.serial()) == object;
    ::_exit(good ? 0 : 1);
  }
  EXPECT_EQ(wait_for(pid), 0);
  {
    const Section section;
    reap_dead_members();
  }
  EXPECT_EQ(count_members(), members);
}

TEST_F(FamilyTest, AChildKeepsWhatItsParentLetsGoOf) {
  const HeapUse before = heap_use();
  int go[2];
  ASSERT_EQ(::pipe(go), 0);
  pid_t pid = 0;
  std::uint32_t id = 0;
  {
    const ObjectRef object = ObjectRef::create(sizeof(int));
    *static_cast<int*>(object.payload()) = 7;
    std::tie(pid, id) = fork_member([&] {
      char byte = 0;
      (void)!::read(go[0], &byte, 1);
      return *static_cast<int*>(object.payload());
    });
  }
  EXPECT_EQ(heap_use().blocks, before.blocks + 1);
  ASSERT_EQ(::write(go[1], "x", 1), 1);
  EXPECT_EQ(WEXITSTATUS(wait_for(pid)), 7);
  ended(id);
  EXPECT_EQ(heap_use().blocks, before.blocks);
  ::close(go[0]);
  ::close(go[1]);
}

TEST_F(FamilyTest, AMemberForkedBeforeTheMemoryGrewMapsTheRest) {
  const ObjectRef place = ObjectRef::create(2 * sizeof(std::atomic<std::uint64_t>));
  auto* mail = static_cast<std::atomic<std::uint64_t>*>(place.payload());
  const auto [pid, id] = fork_member([mail] {
    while (mail[0].load() == 0) std::this_thread::yield();
    return *g_segments.as<int>(mail[0].load()) == 42 ? 0 : 1;
  });
  const Offset grown = allocate(32 << 20);
  *g_segments.as<int>(grown) = 42;
  mail[0].store(grown);
  EXPECT_EQ(wait_for(pid), 0);
  ended(id);
  release(grown);
}

TEST_F(FamilyTest, TheFamilysLockSurvivesItsHolder) {
  const auto [pid, id] = fork_member([] {
    const Section section;
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  wait_for(pid);
  EXPECT_GT(heap_use().reserved, 0u);  // takes the lock
  ended(id);
}

TEST_F(FamilyTest, AStartThatFailsGivesTheRecordBack) {
  const std::uint32_t members = count_members();
  const HeapUse before = heap_use();
  { const Nascent never; }
  EXPECT_EQ(count_members(), members);
  EXPECT_EQ(heap_use().blocks, before.blocks);
}

TEST_F(FamilyTest, FileAndAddressLimitsAreExceptions) {
  for (const int limited : {RLIMIT_FSIZE, RLIMIT_AS}) {
    if (limited == RLIMIT_AS && test::k_sanitizer) continue;
    const auto [pid, id] = fork_member([limited] {
      const rlimit limit{256 << 20, 256 << 20};
      ::setrlimit(static_cast<__rlimit_resource>(limited), &limit);
      try {
        (void)allocate(std::size_t{1} << 30);
      } catch (const std::system_error&) {
        return 0;
      }
      return 1;
    });
    EXPECT_EQ(wait_for(pid), 0) << limited;
    ended(id);
  }
}

}  // namespace
}  // namespace hilo::detail::family
