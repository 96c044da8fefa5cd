// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/forget_server.hpp"
#include "helpers/found_family.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::do_nothing;
using test::end_with;
using test::forget_server;
using test::Mailbox;
using test::ProcessWatch;
using test::wait_for_a_signal;

const Context k_server = get_context(StartMethod::forkserver);
const Context k_spawn = get_context(StartMethod::spawn);
const Context k_fork = get_context(StartMethod::fork);

int end_of(Process& process) {
  if (!process.join(20s)) process.kill();
  process.join();
  return *process.exitcode();
}

/// The system's parent of whoever asks: the server.
void tell_system_parent(const std::string& path) {
  Mailbox::post(path, std::to_string(::getppid()));
}

int server_pid() {
  Mailbox mailbox;
  Process process = k_server.Process(tell_system_parent, mailbox.path());
  process.start();
  EXPECT_EQ(end_of(process), 0);
  return std::stoi(mailbox.take());
}

bool exists(int pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

TEST(ForkserverTest, OneServesAll) {
  const int server = server_pid();
  EXPECT_NE(server, ::getpid());
  EXPECT_EQ(server_pid(), server);
}

TEST(ForkserverTest, IsNobodysChild) {
  (void)server_pid();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

void tell_server_of_a_child(const std::string& path, const std::string& method) {
  const Context context = get_context(method);
  Process process = context.Process(tell_system_parent, path);
  process.start();
  process.join();
}
// Whichever way a member was started, its own children come from the same server.
TEST(ForkserverTest, IsTheWholeFamilys) {
  const int server = server_pid();
  for (const Context& context : {k_fork, k_spawn, k_server}) {
    Mailbox mailbox;
    Process process = context.Process(tell_server_of_a_child, mailbox.path(), "forkserver");
    process.start();
    EXPECT_EQ(end_of(process), 0);
    EXPECT_EQ(std::stoi(mailbox.take()), server);
  }
}

TEST(ForkserverTest, AnotherComesWhenItWasKilled) {
  const int first = server_pid();
  Process process = k_server.Process(wait_for_a_signal);
  process.start();
  const ProcessWatch watch(first);
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  EXPECT_TRUE(watch.ends_within(20s));
  EXPECT_NE(server_pid(), first);
  // The children of the dead one go on, and can be waited for and signalled; how they end is not
  // known any more.
  EXPECT_TRUE(process.is_alive());
  EXPECT_FALSE(process.join(1ms));
  process.terminate();
  EXPECT_EQ(end_of(process), 255);
}

TEST(ForkserverTest, KilledAgainAndAgainItLosesNoStart) {
  std::atomic<bool> ended = false;
  const int killed = server_pid();
  std::atomic<int> server = killed;
  std::thread killer([&] {
    while (!ended) {
      ::kill(server, SIGKILL);
      std::this_thread::sleep_for(3ms);
    }
  });
  for (int round = 0; round < 60; ++round) {
    Mailbox mailbox;
    Process process = k_server.Process(tell_system_parent, mailbox.path());
    try {
      process.start();
    } catch (const RuntimeError&) {
      continue;  // three servers in a row were killed
    }
    EXPECT_TRUE(process.join(20s));
    if (process.exitcode() == 0) server = std::stoi(mailbox.take());
  }
  ended = true;
  killer.join();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

// A program with a server of its own: tells its number and waits.
void own_server(const std::string& path, Event go) {
  forget_server();
  Mailbox::post(path, std::to_string(server_pid()));
  go.wait();
}

TEST(ForkserverTest, EndsWithItsLastClient) {
  for (const bool is_killed : {false, true}) {
    Mailbox mailbox;
    Event go;
    Process program = k_fork.Process(own_server, mailbox.path(), go);
    program.start();
    const ProcessWatch server(std::stoi(mailbox.take()));
    EXPECT_TRUE(server.found());
    EXPECT_FALSE(server.ends_within(0ms));
    if (is_killed) {
      program.kill();
    } else {
      go.set();
    }
    program.join();
    EXPECT_TRUE(server.ends_within(1s));
  }
}

TEST(ForkserverTest, AClientThatIsKilledHarmsNobody) {
  const int server = server_pid();
  for (int round = 0; round < 20; ++round) {
    Process client = k_fork.Process([] {
      for (;;) {
        Process process = k_server.Process(do_nothing);
        process.start();
      }
    });
    client.start();
    std::this_thread::sleep_for(std::chrono::milliseconds(round % 7));
    client.kill();
    client.join();
  }
  EXPECT_EQ(server_pid(), server);
}

std::string folder() { return std::filesystem::current_path().string(); }
void tell_folder(const std::string& path) { Mailbox::post(path, folder()); }

TEST(ForkserverTest, AChildIsInItsParentsFolder) {
  ensure_forkserver_running();
  const std::string before = folder();
  ASSERT_EQ(::chdir("/"), 0);
  Mailbox mailbox;
  Process process = k_server.Process(tell_folder, mailbox.path());
  process.start();
  ASSERT_EQ(::chdir(before.c_str()), 0);
  EXPECT_EQ(end_of(process), 0);
  EXPECT_EQ(mailbox.take(), "/");
}

TEST(ForkserverTest, ADaemonDiesWithItsParent) {
  Mailbox mailbox;
  Process parent = k_fork.Process([&mailbox] {
    Process daemon = k_server.Process({.daemon = true}, wait_for_a_signal);
    daemon.start();
    Mailbox::post(mailbox.path(), std::to_string(*daemon.pid()));
    wait_for_a_signal();
  });
  parent.start();
  const int daemon = std::stoi(mailbox.take());
  EXPECT_TRUE(exists(daemon));
  parent.kill();
  parent.join();
  EXPECT_TRUE(test::eventually([&] { return !exists(daemon); }));  // its server has reaped it, too
}

TEST(ForkserverTest, StartsHundredsAtOnce) {
  test::found_family();
  ensure_forkserver_running();
  const long descriptors = test::open_descriptors();
  {
    Event go;
    std::vector<Process> processes;
    for (int i = 0; i < 200; ++i) {
      processes.push_back(
          k_server.Process([](Event start, int code) { start.wait(), end_with(code); }, go, i % 7));
      processes.back().start();
    }
    go.set();
    for (int i = 0; i < 200; ++i) EXPECT_EQ(end_of(processes[static_cast<std::size_t>(i)]), i % 7);
  }
  EXPECT_EQ(test::open_descriptors(), descriptors);
}

TEST(ForkserverTest, WhoLooksAgainAndAgainLearnsHowAChildEnded) {
  constexpr int k_children = 300;
  for (int i = 0; i < k_children; ++i) {
    Process child = k_server.Process(end_with, 7);
    child.start();
    while (child.is_alive()) {
    }
    ASSERT_EQ(child.exitcode(), 7) << "of child " << i;
  }
}

TEST(ForkserverTest, SharedObjectsCross) {
  Value<int> sum(0);
  std::vector<Process> processes;
  for (int i = 1; i <= 4; ++i) {
    processes.push_back(
        k_server.Process([](Value<int> total, int n) { total.value() += n; }, sum, i));
    processes.back().start();
  }
  for (Process& process : processes) EXPECT_EQ(end_of(process), 0);
  EXPECT_EQ(sum.value(), 10);
}

constinit int g_filled = 0;
void fill() { g_filled = 42; }
void end_with_filled() { end_with(g_filled); }
void fail() { throw std::runtime_error("no table"); }

TEST(ForkserverTest, APreloadFunctionRunsOnceInTheServer) {
  Process program = k_fork.Process([] {
    forget_server();
    set_forkserver_preload(fill);
    Process process = k_server.Process(end_with_filled);
    process.start();
    end_with(end_of(process));
  });
  program.start();
  EXPECT_EQ(end_of(program), 42);
}

TEST(ForkserverTest, APreloadFunctionThatThrowsIsReported) {
  testing::internal::CaptureStderr();
  Process program = k_fork.Process([] {
    forget_server();
    set_forkserver_preload(fail);
    Process process = k_server.Process(end_with, 6);
    process.start();
    end_with(end_of(process));
  });
  program.start();
  EXPECT_EQ(end_of(program), 6);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("no table"), std::string::npos);
}

// It holds one for each child.
TEST(ForkserverTest, ItsLimitOfDescriptorsIsAnError) {
  if (test::k_sanitizer) GTEST_SKIP() << "it asks after memory through a pipe";
  Process program = k_fork.Process([] {
    forget_server();
    rlimit limit;
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t usual = limit.rlim_cur;
    limit.rlim_cur = 24;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ensure_forkserver_running();
    limit.rlim_cur = usual;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    int error = 0;
    std::vector<Process> processes;
    while (error == 0 && processes.size() < 50) {
      processes.push_back(k_server.Process({.daemon = true}, wait_for_a_signal));
      try {
        processes.back().start();
      } catch (const std::system_error& refusal) {
        error = refusal.code().value();
      }
    }
    end_with(error == EMFILE ? 5 : 6);
  });
  program.start();
  EXPECT_EQ(end_of(program), 5);
}

void start_a_thread() {
  std::thread([] {
    for (;;) ::pause();
  }).detach();
}

// Which must not take the news of ended children.
TEST(ForkserverTest, APreloadFunctionMayStartThreads) {
  Process program = k_fork.Process([] {
    forget_server();
    set_forkserver_preload(start_a_thread);
    Process process = k_server.Process(end_with, 6);
    process.start();
    end_with(process.join(10s) ? *process.exitcode() : 7);
  });
  program.start();
  EXPECT_EQ(end_of(program), 6);
}

void print_without_an_end() { std::fputs("loaded ", stdout); }

TEST(ForkserverTest, WhatAPreloadFunctionPrintsIsPrintedOnce) {
  testing::internal::CaptureStdout();
  Process program = k_fork.Process([] {
    forget_server();
    set_forkserver_preload(print_without_an_end);
    for (int i = 0; i < 2; ++i) {
      Process process = k_server.Process(do_nothing);
      process.start();
      EXPECT_EQ(end_of(process), 0);
    }
  });
  program.start();
  EXPECT_EQ(end_of(program), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "loaded ");
}

TEST(ForkserverTest, AProgramWithoutFreezeSupportIsToldSo) {
  Process program = k_fork.Process([] {
    forget_server();
    set_executable("/bin/true");
    Process process = k_server.Process(do_nothing);
    try {
      process.start();
    } catch (const RuntimeError& error) {
      end_with(std::string(error.what()).find("freeze_support") != std::string::npos ? 5 : 6);
    }
  });
  program.start();
  EXPECT_EQ(end_of(program), 5);
}

}  // namespace
}  // namespace hilo::multiprocessing
