// SPDX-License-Identifier: MIT
// Each system call that processes stand on is refused once: the refusal comes out with the call's
// name and leaves nothing behind, or the documented way around is taken.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include "heap/family.hpp"
#include "heap/heap.hpp"
#include "heap/members.hpp"
#include "helpers/found_family.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/os.hpp"
#include "multiprocessing/registry.hpp"
#include "os/child.hpp"
#include "os/faults.hpp"
#include "os/memory_file.hpp"
#include "os/self.hpp"

namespace hilo {
namespace {

using namespace std::chrono_literals;
using mp::StartMethod;

constexpr int k_all = 1000;

void end_with(int code) { throw SystemExit(code); }

void wait_for_a_signal() {
  for (;;) ::pause();
}

bool has_children() {
  siginfo_t info;
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

enum class Start { first, later, of_daemon };

/// One call, or several, that fail during a start.
struct Fault {
  StartMethod method;
  Start start;
  const char* calls;
  int error;
  int first = 1;
  int count = k_all;
  int exitcode = 3;

  friend std::ostream& operator<<(std::ostream& out, const Fault& fault) {
    return out << fault.calls << " refused from number " << fault.first << " on";
  }
};

// In a new run of this program, where nothing has started yet.
class StartFaultTest : public testing::TestWithParam<Fault> {
 protected:
  StartFaultTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  static mp::Process make() {
    if (GetParam().start != Start::first) test::found_family();
    return mp::get_context(GetParam().method)
        .Process({.daemon = GetParam().start == Start::of_daemon}, end_with, 3);
  }
  [[noreturn]] static void leave() { std::_Exit(HasFailure() ? 1 : 0); }
};

std::string name_of(const testing::TestParamInfo<Fault>& info) {
  constexpr const char* starts[] = {"first", "later", "daemon"};
  std::string name = std::string(to_string(info.param.method)) + ' ' +
                     starts[static_cast<int>(info.param.start)] + ' ' + info.param.calls + ' ' +
                     ::strerrorname_np(info.param.error);
  if (info.param.first > 1) name += ' ' + std::to_string(info.param.first);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

class RefusalTest : public StartFaultTest {
 protected:
  [[noreturn]] static void check() {
    mp::Process process = make();
    const bool founded = GetParam().start != Start::first;
    const auto members = founded ? detail::family::count_members() : 0;
    const auto use = founded ? detail::family::heap_use() : detail::family::HeapUse();
    const long descriptors = test::open_descriptors();
    const std::string calls = GetParam().calls;
    {
      const os::FaultGuard guard(calls, GetParam().error, GetParam().first, k_all);
      try {
        process.start();
        ADD_FAILURE() << "it started";
      } catch (const std::system_error& refusal) {
        EXPECT_EQ(refusal.code().value(), GetParam().error);
        const std::string sentence = refusal.what();
        EXPECT_NE(sentence.find(calls.substr(0, calls.find(' '))), sentence.npos) << sentence;
      }
    }
    // A family that the refused start has founded stays.
    const long memory = !founded && detail::family::joined() ? 1 : 0;
    EXPECT_EQ(test::open_descriptors(), descriptors + memory);
    EXPECT_FALSE(has_children());
    EXPECT_FALSE(process.is_alive());
    EXPECT_TRUE(detail::Registry::instance().children.empty());
    if (founded) {
      EXPECT_EQ(detail::family::count_members(), members);
      EXPECT_EQ(detail::family::heap_use(), use);
    }
    process.start();
    EXPECT_TRUE(process.join(20s));
    EXPECT_EQ(process.exitcode(), 3);
    leave();
  }
};

TEST_P(RefusalTest, IsAnErrorAndLeavesNothing) {
  EXPECT_EXIT(check(), testing::ExitedWithCode(0), "");
}

INSTANTIATE_TEST_SUITE_P(Start, RefusalTest,
                         testing::ValuesIn(std::vector<Fault>{
                             {StartMethod::fork, Start::first, "memfd_create open", EMFILE},
                             {StartMethod::fork, Start::first, "fallocate", ENOSPC},
                             {StartMethod::fork, Start::first, "fallocate", ENOSPC, 2},
                             {StartMethod::fork, Start::first, "mmap", ENOMEM},
                             {StartMethod::fork, Start::first, "pthread_atfork", ENOMEM},
                             {StartMethod::fork, Start::first, "fork", EAGAIN},
                             {StartMethod::fork, Start::later, "fork", EAGAIN},
                             {StartMethod::fork, Start::later, "fork", ENOMEM},
                             {StartMethod::fork, Start::of_daemon, "fork", EAGAIN},
                             {StartMethod::fork, Start::of_daemon, "pipe2", EMFILE},
                             {StartMethod::spawn, Start::first, "memfd_create open", EMFILE},
                             {StartMethod::spawn, Start::first, "memfd_create open", ENFILE, 2},
                             {StartMethod::spawn, Start::first, "fallocate", ENOSPC},
                             {StartMethod::spawn, Start::first, "mmap", ENOMEM},
                             {StartMethod::spawn, Start::first, "posix_spawn", EAGAIN},
                             {StartMethod::spawn, Start::later, "memfd_create open", EMFILE},
                             {StartMethod::spawn, Start::later, "write", ENOSPC},
                             {StartMethod::spawn, Start::later, "posix_spawn_file_actions", ENOMEM},
                             {StartMethod::spawn, Start::later, "posix_spawn_file_actions", ENOMEM,
                              3},
                             {StartMethod::spawn, Start::later, "posix_spawn", EAGAIN},
                             {StartMethod::spawn, Start::later, "posix_spawn", ENOMEM},
                             {StartMethod::spawn, Start::of_daemon, "pipe2", EMFILE},
                             {StartMethod::spawn, Start::of_daemon, "posix_spawn", ENOEXEC},
                         }),
                         name_of);

class WayAroundTest : public StartFaultTest {
 protected:
  [[noreturn]] static void check() {
    mp::Process process = make();
    const os::FaultGuard guard(GetParam().calls, GetParam().error, 1, GetParam().count);
    process.start();
    EXPECT_TRUE(process.join(20s));
    EXPECT_EQ(process.exitcode(), GetParam().exitcode);
    EXPECT_FALSE(has_children());
    leave();
  }
};

TEST_P(WayAroundTest, IsTaken) { EXPECT_EXIT(check(), testing::ExitedWithCode(0), ""); }

INSTANTIATE_TEST_SUITE_P(
    Start, WayAroundTest,
    testing::ValuesIn(std::vector<Fault>{
        {StartMethod::fork, Start::first, "memfd_create", ENOSYS},
        {StartMethod::fork, Start::first, "fallocate", EINTR, 1, 3},
        {StartMethod::fork, Start::later, "pidfd_open", ENOSYS},
        {StartMethod::fork, Start::later, "waitid", EINTR, 1, 3},
        {StartMethod::fork, Start::later, "ppoll", EINTR, 1, 3},
        {StartMethod::fork, Start::later, "stat", ENOENT},
        {StartMethod::fork, Start::later, "open", ENOENT},
        {StartMethod::fork, Start::of_daemon, "fcntl", EINVAL},
        // The target must not end by the parent's handlers, so it does not begin.
        {StartMethod::fork, Start::later, "on_exit", ENOMEM, 1, k_all, 1},
        {StartMethod::spawn, Start::first, "memfd_create", ENOSYS},
        {StartMethod::spawn, Start::later, "pidfd_open", EPERM},
        {StartMethod::spawn, Start::later, "write", EINTR, 1, 3},
    }),
    name_of);

TEST(ProcessFaultTest, WorksWithoutSentinels) {
  for (const StartMethod method : mp::get_all_start_methods()) {
    const os::FaultGuard guard("pidfd_open", ENOSYS, 1, k_all);
    mp::Process process = mp::get_context(method).Process(wait_for_a_signal);
    process.start();
    EXPECT_THROW((void)process.sentinel(), std::system_error);
    EXPECT_TRUE(process.is_alive());
    EXPECT_FALSE(process.join(5ms));
    process.terminate();
    EXPECT_TRUE(process.join(20s));
    EXPECT_EQ(process.exitcode(), -SIGTERM);
  }
}

TEST(ProcessFaultTest, ASignalThatIsRefusedIsAnError) {
  mp::Process process = mp::get_context(StartMethod::fork).Process(wait_for_a_signal);
  process.start();
  {
    const os::FaultGuard guard("kill", EPERM, 1, k_all);
    try {
      process.kill();
      ADD_FAILURE();
    } catch (const std::system_error& refusal) {
      EXPECT_EQ(refusal.code().value(), EPERM);
      EXPECT_NE(std::string(refusal.what()).find("kill"), std::string::npos);
    }
  }
  EXPECT_TRUE(process.is_alive());
  process.kill();
  EXPECT_TRUE(process.join(20s));
  EXPECT_EQ(process.exitcode(), -SIGKILL);
}

TEST(ProcessFaultTest, AJoinThatIsRefusedCanBeTriedAgain) {
  mp::Process process = mp::get_context(StartMethod::fork).Process(end_with, 4);
  process.start();
  {
    const os::FaultGuard guard("waitid", ENOMEM);
    try {
      process.join();
      ADD_FAILURE();
    } catch (const std::system_error& refusal) {
      EXPECT_NE(std::string(refusal.what()).find("waitid"), std::string::npos);
    }
  }
  process.join();
  EXPECT_EQ(process.exitcode(), 4);
}

TEST(ProcessFaultTest, ATimedJoinThatIsRefusedCanBeTriedAgain) {
  mp::Process process = mp::get_context(StartMethod::fork).Process(wait_for_a_signal);
  process.start();
  {
    const os::FaultGuard guard("ppoll", ENOMEM);
    try {
      process.join(20s);
      ADD_FAILURE();
    } catch (const std::system_error& refusal) {
      EXPECT_NE(std::string(refusal.what()).find("ppoll"), std::string::npos);
    }
  }
  process.kill();
  EXPECT_TRUE(process.join(20s));
  EXPECT_EQ(process.exitcode(), -SIGKILL);
}

TEST(ProcessFaultTest, DaemonsEndWithTheirParentWhereAPipeSendsNoSignal) {
  test::Mailbox mailbox;
  const mp::Context fork(StartMethod::fork);
  mp::Process parent = fork.Process([&] {
    const os::FaultGuard guard("fcntl", EINVAL, 1, k_all);
    mp::Process daemon = fork.Process({.daemon = true}, [&] {
      test::Mailbox::post(mailbox.path(), std::to_string(::getpid()));
      wait_for_a_signal();
    });
    daemon.start();
    daemon.join();
  });
  parent.start();
  const test::ProcessWatch daemon(mailbox.take_number());
  ASSERT_TRUE(daemon.found());
  parent.kill();
  EXPECT_TRUE(daemon.ends_within(20s));
  parent.join();
}

TEST(ProcessFaultTest, AChildSeesItsParentDieWithoutSentinels) {
  test::Mailbox mailbox;
  const mp::Context fork(StartMethod::fork);
  const os::FaultGuard guard("pidfd_open", ENOSYS, 1, k_all);
  mp::Process parent = fork.Process([&] {
    mp::Process child = fork.Process([&] {
      mp::Process mine = *mp::parent_process();
      test::Mailbox::post(mailbox.path(), mine.is_alive() ? "alive" : "dead");
      test::Mailbox::post(mailbox.path(), mine.join(15s) ? "seen" : "missed");
    });
    child.start();
    child.join();
  });
  parent.start();
  EXPECT_EQ(mailbox.take(), "alive");
  parent.kill();  // a zombie until it is joined
  EXPECT_EQ(mailbox.take(), "seen");
  parent.join();
}

// A program that closes all descriptors, as services do, and opens its own: they are not the
// family's.
TEST(ProcessFaultTest, AFileWithTheFamilysNumberIsLeftAlone) {
  detail::family::join();
  const int number = detail::family::memory_descriptor();
  mp::Process process = mp::get_context(StartMethod::fork).Process([number] {
    const os::UniqueDescriptor other(os::create_memory_file());
    if (::dup2(other.get(), number) != number) end_with(1);
    try {
      (void)detail::family::allocate(64 << 20);
      end_with(2);
    } catch (const std::system_error& refusal) {
      end_with(refusal.code().value() == EBADF && ::lseek(number, 0, SEEK_END) == 0 ? 0 : 3);
    }
  });
  process.start();
  EXPECT_TRUE(process.join(20s));
  EXPECT_EQ(process.exitcode(), 0);
}

TEST(OsForkTest, FailureIsTheThirdResult) {
  const os::FaultGuard guard("fork", EAGAIN);
  errno = 0;
  EXPECT_LT(os::fork(), 0);
  EXPECT_EQ(errno, EAGAIN);
}

}  // namespace
}  // namespace hilo
