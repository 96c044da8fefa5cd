// SPDX-License-Identifier: MIT
// Programs that close descriptors which are not theirs, and programs that have none left.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>

#include "helpers/found_family.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::end_with;
using test::wait_for_a_signal;

class ProcessDescriptorsTest : public test::ProcessTestBase {
 protected:
  /// What a parent without its descriptors is told of a child that ended with `code`: the
  /// forkserver cannot reach it any more.
  static int told(int code) { return GetParam() == StartMethod::forkserver ? 255 : code; }
};
HILO_TEST_BY_EVERY_METHOD(ProcessDescriptorsTest);

// For what the program closes is not to be the test's. What it returns is 0 if all is right.
template <class Program>
int end_of_program(Program program) {
  Process process = get_context("fork").Process([&] { std::_Exit(program()); });
  process.start();
  if (!process.join(20s)) process.kill();
  process.join();
  return *process.exitcode();
}

void close_all() { ::syscall(SYS_close_range, 3U, ~0U, 0U); }

bool is_readable(int descriptor) {
  struct pollfd entry = {descriptor, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1 && (entry.revents & POLLIN) != 0;
}

// Files that the program opens, under numbers that were the library's.
void use_again(int number) {
  const int other = ::eventfd(0, EFD_CLOEXEC);
  if (other == number) return;
  ::dup2(other, number);
  ::close(other);
}
constexpr int k_numbers_end = 50;
void use_all_again() {
  for (int number = 3; number < k_numbers_end; ++number) use_again(number);
}
bool all_are_open() {
  for (int number = 3; number < k_numbers_end; ++number) {
    if (::fcntl(number, F_GETFD) < 0) return false;
  }
  return true;
}

TEST_P(ProcessDescriptorsTest, AParentMayCloseAllItsDescriptors) {
  EXPECT_EQ(end_of_program([this] {
              Process process = make(wait_for_a_signal);
              process.start();
              close_all();
              if (!process.is_alive()) return 1;
              if (process.join(1ms)) return 2;
              if (process.exitcode()) return 3;
              process.terminate();
              process.join();
              return process.exitcode() == told(-SIGTERM) ? 0 : 4;
            }),
            0);
}

// As the test above, but every number that was the library's is the program's now.
TEST_P(ProcessDescriptorsTest, NumbersMayBeUsedAgain) {
  EXPECT_EQ(end_of_program([this] {
              Process process = make(wait_for_a_signal);
              process.start();
              (void)process.sentinel();
              close_all();
              use_all_again();
              if (!process.is_alive()) return 1;
              if (process.join(1ms)) return 2;
              process.kill();
              if (!process.join(20s)) return 3;
              if (process.exitcode() != told(-SIGKILL)) return 4;
              process.close();
              return all_are_open() ? 0 : 5;
            }),
            0);
}

TEST_P(ProcessDescriptorsTest, ANumberThatNamesAnotherProcessIsNotSignalled) {
  EXPECT_EQ(end_of_program([this] {
              Process victim = make(wait_for_a_signal);
              victim.start();
              Process process = make(wait_for_a_signal);
              process.start();
              const int number = process.sentinel();
              close_all();
              const int other = static_cast<int>(::syscall(SYS_pidfd_open, *victim.pid(), 0));
              if (other != number && ::dup2(other, number) != number) return 1;
              process.kill();
              if (end_of(process) != told(-SIGKILL)) return 2;
              process.close();
              if (!victim.is_alive()) return 3;
              if (::fcntl(number, F_GETFD) < 0) return 4;
              victim.kill();
              return end_of(victim) == told(-SIGKILL) ? 0 : 5;
            }),
            0);
}

TEST_P(ProcessDescriptorsTest, ALostSentinelIsOpenedAgain) {
  EXPECT_EQ(end_of_program([this] {
              Process process = make(wait_for_a_signal);
              Process other = make(wait_for_a_signal);
              process.start();
              other.start();
              const int number = process.sentinel();
              if (process.sentinel() != number) return 1;
              close_all();
              // Gets the number of the one that is lost.
              const int others = other.sentinel();
              if (others != number && ::dup2(others, number) != number) return 2;
              const int again = process.sentinel();
              if (again == number) return 3;
              other.kill();
              if (end_of(other) != told(-SIGKILL)) return 4;
              if (!is_readable(number) || is_readable(again)) return 5;
              process.kill();
              if (end_of(process) != told(-SIGKILL)) return 6;
              if (!is_readable(again)) return 7;
              ::close(again);
              return is_readable(process.sentinel()) ? 0 : 8;
            }),
            0);
}

// Its daemons hang on one of them.
TEST_P(ProcessDescriptorsTest, AParentThatClosesAllEndsItsDaemons) {
  EXPECT_EQ(end_of_program([this] {
              Process daemon = make({.daemon = true}, wait_for_a_signal);
              daemon.start();
              close_all();
              use_all_again();
              if (end_of(daemon) != told(-SIGKILL)) return 1;
              return all_are_open() ? 0 : 2;
            }),
            0);
}

TEST_P(ProcessDescriptorsTest, AChildThatClosedAllStillSeesItsParent) {
  EXPECT_EQ(run([] {
              Process parent = *parent_process();
              const int number = parent.sentinel();
              close_all();
              if (!parent.is_alive()) throw SystemExit(1);
              if (parent.join(1ms)) throw SystemExit(2);
              use_again(number);
              if (!parent.is_alive() || parent.join(1ms)) throw SystemExit(3);
              if (parent.sentinel() == number) throw SystemExit(4);
            }),
            0);
}

void close_everything(int code) {
  ::syscall(SYS_close_range, 0U, ~0U, 0U);
  throw SystemExit(code);
}

TEST_P(ProcessDescriptorsTest, AChildMayCloseAllItsDescriptors) {
  EXPECT_EQ(run(close_everything, 3), 3);
  EXPECT_EQ(run(ProcessOptions{.daemon = true}, close_everything, 3), 3);
}

TEST_P(ProcessDescriptorsTest, AChildThatClosedAllMayStartNoSpawnButEnds) {
  EXPECT_EQ(run([] {
              ::syscall(SYS_close_range, 0U, ~0U, 0U);
              Process child = get_context("spawn").Process(end_with, 3);
              try {
                child.start();
              } catch (const std::system_error&) {
                throw SystemExit(5);
              }
              child.join();
            }),
            5);
}

TEST_P(ProcessDescriptorsTest, NoDescriptorsLeftIsAnErrorOrNoSentinel) {
  if (test::k_sanitizer) GTEST_SKIP() << "it asks after memory through a pipe";
  test::found_family();
  const long descriptors = test::open_descriptors();
  Process process = make(end_with, 3);
  rlimit limit;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const int free = ::dup(0);
  ::close(free);
  const rlimit tight{static_cast<rlim_t>(free), limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  int error = 0;
  try {
    process.start();
  } catch (const std::system_error& refusal) {
    error = refusal.code().value();
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(error, GetParam() != StartMethod::fork ? EMFILE : 0);
  EXPECT_EQ(test::open_descriptors(), descriptors);
  if (error != 0) process.start();
  EXPECT_EQ(end_of(process), 3);
}

}  // namespace
}  // namespace hilo::multiprocessing
