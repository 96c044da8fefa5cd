// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/futures.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/value.hpp"
#include "hilo/threading.hpp"

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;
namespace futures = hilo::futures;

int square(int n) { return n * n; }
int worker_id() { return ::getpid(); }

int die(int signal) {
  ::raise(signal);
  return 0;
}
int die_unless(int times, mp::Value<int> calls) {
  calls.value() += 1;
  if (static_cast<int>(calls.value()) <= times) ::raise(SIGKILL);
  return static_cast<int>(calls.value());
}
void leave() { std::exit(3); }
void end_thread() { ::pthread_exit(nullptr); }
bool hang(mp::Event begun) {
  begun.set();
  for (;;) ::pause();
}
bool hang_stubbornly(mp::Event begun) {
  ::signal(SIGTERM, SIG_IGN);
  return hang(begun);
}
int wait_for(mp::Event open) {
  (void)open.wait(20s);
  return 1;
}
void write_errors() {
  const std::string text(4096, 'x');
  while (::write(STDERR_FILENO, text.data(), text.size()) >= 0) {
  }
}
/// Both come back.
int fork_and_wait() {
  const int child = ::fork();
  if (child == 0) return 7;
  int status = -1;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
int fork_and_fail() {
  const int child = ::fork();
  if (child == 0) throw std::runtime_error("of the copy");
  int status = -1;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
void fail_to_begin() { throw std::runtime_error("no license"); }
void die_at_begin() { ::raise(SIGKILL); }

TEST(PoolLossTest, FailsTheTaskOfADeadWorker) {
  mp::Pool pool(1);
  const int pid = pool.apply(worker_id);
  auto lost = pool.apply_async(die, SIGKILL);
  auto innocent = pool.apply_async(square, 3);
  try {
    (void)lost.get(20s);
    FAIL();
  } catch (const hilo::WorkerLostError& error) {
    EXPECT_EQ(error.pid(), pid);
    EXPECT_EQ(error.exitcode(), -SIGKILL);
    EXPECT_NE(std::string(error.what()).find("signal 9"), std::string::npos);
  }
  EXPECT_EQ(innocent.get(20s), 9);
  EXPECT_NE(pool.apply(worker_id), pid);
}

void complain_and_die() {
  std::fputs("disk on fire", stderr);
  ::raise(SIGABRT);
}

TEST(PoolLossTest, TellsTheWorkersLastWords) {
  mp::Pool pool(1);
  ::testing::internal::CaptureStderr();
  try {
    pool.apply(complain_and_die);
    FAIL();
  } catch (const hilo::WorkerLostError& error) {
    EXPECT_EQ(error.last_words(), "disk on fire");
    EXPECT_NE(std::string(error.what()).find("disk on fire"), std::string::npos);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "disk on fire");
}

TEST(PoolLossTest, FailsTheTaskThatSomebodyWaitsForDirectly) {
  mp::Pool pool(2);
  EXPECT_THROW((void)pool.apply(die, SIGSEGV), hilo::WorkerLostError);
  EXPECT_THROW(pool.apply(leave), hilo::WorkerLostError);
  EXPECT_THROW(pool.apply(end_thread), hilo::WorkerLostError);
  EXPECT_EQ(pool.apply(square, 3), 9);
}

TEST(PoolLossTest, IsNotedForAMap) {
  mp::Pool pool(2);
  const auto fatal = [](int n) { return n == 5 ? die(SIGKILL) : n; };
  EXPECT_THROW((void)pool.map(fatal, std::views::iota(0, 10), 1), hilo::WorkerLostError);
  EXPECT_EQ(pool.map(square, std::views::iota(0, 3)), (std::vector{0, 1, 4}));
}

TEST(PoolLossTest, ReplacesAnIdleWorkerThatIsKilled) {
  mp::Pool pool(1);
  for (int i = 0; i < 3; ++i) {
    const int pid = pool.apply(worker_id);
    const hilo::test::ProcessWatch watch(pid);
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    ASSERT_TRUE(watch.ends_within(20s));
    EXPECT_NE(pool.apply_async(worker_id).get(20s), pid);
  }
}

TEST(PoolLossTest, IsTriedAgain) {
  mp::Pool pool(1);
  mp::Value<int> calls(0);
  EXPECT_EQ(pool.apply_async({.limits = {.retries = 2}}, die_unless, 2, calls).get(20s), 3);
  calls.value() = 0;
  EXPECT_THROW((void)pool.apply_async({.limits = {.retries = 1}}, die_unless, 2, calls).get(20s),
               hilo::WorkerLostError);
}

TEST(PoolLimitTest, EndsATaskThatTakesTooLong) {
  mp::Pool pool(1);
  for (const auto task : {&hang, &hang_stubbornly}) {
    const int pid = pool.apply(worker_id);
    const hilo::test::ProcessWatch watch(pid);
    auto late = pool.apply_async({.limits = {.timeout = 20ms}}, task, mp::Event());
    EXPECT_THROW((void)late.get(20s), hilo::TimeoutError);
    EXPECT_TRUE(watch.ends_within(20s));
    EXPECT_NE(pool.apply_async(worker_id).get(20s), pid);
  }
  EXPECT_EQ(pool.apply_async({.limits = {.timeout = 20s}}, square, 3).get(20s), 9);
}

TEST(PoolLimitTest, TakesAnyTime) {
  mp::Pool pool(1);
  for (const auto none : {0ns, -1ns, std::chrono::nanoseconds::min()}) {
    auto late = pool.apply_async({.limits = {.timeout = none}}, hang, mp::Event());
    ASSERT_TRUE(late.wait(30s));
    EXPECT_THROW((void)late.get(), hilo::TimeoutError);
  }
  const auto longest = std::chrono::nanoseconds::max();
  EXPECT_EQ(pool.apply_async({.limits = {.timeout = longest}}, square, 3).get(30s), 9);
}

TEST(PoolLimitTest, DoesNotTakeABusyMachineForAStoppedWorker) {
  mp::Pool pool(1);
  std::vector<mp::pool::AsyncResult<int>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(pool.apply_async({.limits = {.timeout = 1ns}}, worker_id));
  }
  for (auto& result : all) {
    try {
      ASSERT_TRUE(result.wait(30s));
      EXPECT_GT(result.get(), 0);
    } catch (const hilo::TimeoutError&) {
    }
  }
}

TEST(PoolLimitTest, EndsAStoppedWorker) {
  mp::Pool pool(2);
  const auto stop = [](int) { return ::raise(SIGSTOP); };
  std::vector<mp::pool::AsyncResult<int>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(pool.apply_async({.limits = {.timeout = 50ms}}, stop, i));
    all.push_back(pool.apply_async({.limits = {.timeout = 20s}}, square, i));
  }
  for (int i = 0; i < 8; ++i) {
    EXPECT_THROW((void)all[std::size_t(2 * i)].get(20s), hilo::TimeoutError);
    EXPECT_EQ(all[std::size_t(2 * i + 1)].get(20s), i * i);
  }
}

TEST(PoolLimitTest, CountsFromTheTasksFirstStep) {
  mp::Pool pool(1);
  mp::Event begun;
  mp::Event open;
  const auto pass = [](mp::Event started, mp::Event go) {
    started.set();
    return go.wait(20s);
  };
  auto first = pool.apply_async(pass, begun, open);
  auto second = pool.apply_async({.limits = {.timeout = 1s}}, square, 2);
  ASSERT_TRUE(begun.wait(20s));
  EXPECT_FALSE(second.wait(1200ms));
  open.set();
  EXPECT_TRUE(first.get(20s));
  EXPECT_EQ(second.get(20s), 4);
}

TEST(PoolLimitTest, CancelsATaskThatRuns) {
  mp::Pool pool(1);
  const int pid = pool.apply(worker_id);
  mp::Event begun;
  auto running = pool.apply_async(hang, begun);
  auto behind = pool.apply_async(square, 4);
  auto unwanted = pool.apply_async(square, 5);
  ASSERT_TRUE(begun.wait(20s));
  EXPECT_TRUE(unwanted.cancel());
  EXPECT_TRUE(running.cancel());
  EXPECT_TRUE(running.cancelled());
  EXPECT_EQ(behind.get(20s), 16);
  EXPECT_NE(pool.apply(worker_id), pid);
}

TEST(PoolLimitTest, IsThatOfAllTasksThatSayNothing) {
  mp::Pool pool({.processes = 2, .limits = {.timeout = 20s, .retries = 5}});
  for (const auto& way : std::vector<std::function<void(mp::Value<int>)>>{
           [&](const mp::Value<int>& calls) { (void)pool.apply(die_unless, 2, calls); },
           [&](const mp::Value<int>& calls) {
             (void)pool.starmap(die_unless, std::vector{std::pair(2, calls)});
           },
           [&](const mp::Value<int>& calls) {
             (void)pool.apply_async(die_unless, 2, calls).get(20s);
           }}) {
    mp::Value<int> calls(0);
    way(calls);
    EXPECT_EQ(static_cast<int>(calls.value()), 3);
  }
  mp::Event begun;
  EXPECT_THROW((void)pool.apply_async({.limits = {.timeout = 10ms}}, hang, begun).get(20s),
               hilo::TimeoutError);
  mp::Pool quick({.processes = 1, .limits = {.timeout = 10ms}});
  EXPECT_THROW((void)quick.apply(hang, begun), hilo::TimeoutError);
  EXPECT_THROW(mp::Pool({.limits = {.retries = -1}}), hilo::ValueError);
}

TEST(PoolInitializerTest, BreaksThePoolWithItsError) {
  mp::Pool pool({.processes = 2, .initializer = fail_to_begin});
  ::testing::internal::CaptureStderr();
  try {  // at once, or when the task would begin
    (void)pool.apply_async(square, 1).get(20s);
    FAIL();
  } catch (const hilo::BrokenProcessPool& error) {
    EXPECT_NE(std::string(error.what()).find("no license"), std::string::npos);
  }
  EXPECT_THROW((void)pool.apply(square, 1), hilo::BrokenProcessPool);
  (void)::testing::internal::GetCapturedStderr();
}

TEST(PoolInitializerTest, HasABudget) {
  mp::Pool pool({.processes = 2, .initializer = die_at_begin});
  EXPECT_THROW((void)pool.apply_async(square, 1).get(20s), hilo::BrokenProcessPool);
}

// The pool passes on what its workers write there, where nobody may read it.
TEST(PoolErrorStreamTest, HoldsUpWhoWritesAndNobodyElse) {
  std::array<int, 2> unread{};
  ASSERT_EQ(::pipe2(unread.data(), O_CLOEXEC), 0);
  const int before = ::dup(STDERR_FILENO);
  ASSERT_EQ(::dup2(unread[1], STDERR_FILENO), STDERR_FILENO);
  {
    mp::Pool pool(2);
    auto chatter = pool.apply_async({.limits = {.timeout = 500ms}}, write_errors);
    EXPECT_TRUE(hilo::test::eventually([&] {
      struct pollfd entry = {STDERR_FILENO, POLLOUT, 0};
      return ::poll(&entry, 1, 0) == 0;
    }));
    EXPECT_EQ(pool.apply_async(square, 3).get(20s), 9);
    EXPECT_TRUE(hilo::test::eventually([&] { return chatter.done(); }));
    ASSERT_TRUE(chatter.done());
    EXPECT_THROW(chatter.get(), hilo::TimeoutError);
  }
  ::dup2(before, STDERR_FILENO);
  for (const int descriptor : {before, unread[0], unread[1]}) ::close(descriptor);
}

// What is wanting, descriptors here, may be there a second later.
TEST(PoolShortageTest, GoesOnWithFewerWorkersAndStartsOthersLater) {
  if (hilo::test::k_sanitizer) GTEST_SKIP() << "it needs descriptors of its own";
  constexpr int k_limit = 16;
  int last = 0;
  while (last >= 0 && last < k_limit) last = ::dup(STDERR_FILENO);  // the pool's are above those
  mp::Pool pool(2);
  pool.ensure_started();
  struct rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const struct rlimit low = {k_limit, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_THROW((void)pool.apply(die, SIGKILL), hilo::WorkerLostError);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pool.apply_async(square, i).get(20s), i * i);
  EXPECT_THROW((void)pool.ensure_started(20s), hilo::futures::BrokenProcessPool);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(hilo::test::eventually([&] {
    return std::ranges::none_of(pool.stats(), [](const auto& worker) { return worker.pid == 0; });
  }));
}

// A callback's wait for the pool that calls it would never end; what others wait for goes on.
TEST(PoolCallbackTest, CannotWaitForItsOwnPool) {
  mp::Pool pool(1);
  hilo::threading::Event checked;
  const std::vector<int> numbers{1, 2, 3};
  mp::Event open;
  auto first = pool.apply_async(
      {.callback =
           [&](int) {
             EXPECT_THROW((void)pool.apply(square, 4), hilo::RuntimeError);
             EXPECT_THROW((void)pool.map(square, numbers), hilo::RuntimeError);
             auto next = pool.apply_async(hang, mp::Event());
             EXPECT_THROW((void)next.get(), hilo::RuntimeError);
             EXPECT_THROW((void)next.get(20s), hilo::RuntimeError);
             EXPECT_THROW((void)next.get(0s), hilo::TimeoutError);
             EXPECT_THROW((void)futures::wait(std::vector{next}), hilo::RuntimeError);
             EXPECT_EQ(futures::wait(std::vector{next}, false).not_done.size(), 1U);
             EXPECT_THROW((void)pool.map_async(square, numbers).get(), hilo::RuntimeError);
             EXPECT_THROW((void)pool.imap_unordered(square, numbers).next(), hilo::RuntimeError);
             next.cancel();
             checked.set();
           }},
      wait_for, open);
  open.set();
  ASSERT_TRUE(checked.wait(20s));
  EXPECT_EQ(pool.apply_async(square, 5).get(20s), 25);
}

TEST(PoolForkTest, EndsTheCopyThatComesBackFromATask) {
  mp::Pool pool(1);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(pool.apply(fork_and_wait), 0);
    EXPECT_EQ(pool.apply_async(fork_and_wait).get(20s), 0);
    EXPECT_EQ(pool.apply(square, i), i * i);
  }
  EXPECT_EQ(pool.apply(fork_and_fail), 1);
}

TEST(PoolForkTest, EndsTheCopyThatComesBackFromAnInitializer) {
  mp::Pool pool({.processes = 1, .initializer = {[] { (void)fork_and_wait(); }}});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(pool.apply(square, i), i * i);
}

}  // namespace
