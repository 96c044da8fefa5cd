// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/process.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "helpers/found_family.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::Mailbox;

void do_nothing() {}
void wait_for_a_signal() {
  for (;;) ::pause();
}
void end_with(int code) { throw SystemExit(code); }
void call_exit(int code) { std::exit(code); }
void throw_error() { throw std::out_of_range("too far"); }
void raise_signal(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
}
void tell(const std::string& path, const std::string& word) { Mailbox::post(path, word); }

class ProcessTest : public testing::TestWithParam<StartMethod> {
 protected:
  template <ProcessTarget F, class... Args>
  [[nodiscard]] Process make(F&& target, Args&&... args) const {
    return context_.Process(std::forward<F>(target), std::forward<Args>(args)...);
  }
  template <class... Args>
  [[nodiscard]] Process make(ProcessOptions options, Args&&... args) const {
    return context_.Process(std::move(options), std::forward<Args>(args)...);
  }
  // Waits for the end, but not for ever.
  static int end_of(Process& process) {
    if (!process.join(20s)) process.kill();
    process.join();
    return *process.exitcode();
  }
  template <class... Args>
  int run(Args&&... args) const {
    Process process = make(std::forward<Args>(args)...);
    process.start();
    return end_of(process);
  }

  Context context_{GetParam()};
  Mailbox mailbox_;
};

INSTANTIATE_TEST_SUITE_P(Methods, ProcessTest,
                         testing::Values(StartMethod::fork, StartMethod::spawn),
                         [](const auto& method) { return std::string(to_string(method.param)); });

TEST_P(ProcessTest, RunsItsTarget) {
  Process process = make(tell, mailbox_.path(), "hello");
  process.start();
  EXPECT_EQ(mailbox_.take(), "hello");
  EXPECT_EQ(end_of(process), 0);
}

TEST_P(ProcessTest, LivesFromStartToEnd) {
  Process process = make(wait_for_a_signal);
  EXPECT_FALSE(process.is_alive());
  EXPECT_EQ(process.pid(), std::nullopt);
  EXPECT_EQ(process.exitcode(), std::nullopt);
  process.start();
  EXPECT_TRUE(process.is_alive());
  EXPECT_GT(process.pid(), 0);
  EXPECT_EQ(process.pid(), process.ident());
  EXPECT_EQ(process.exitcode(), std::nullopt);
  EXPECT_FALSE(process.join(0s));
  EXPECT_FALSE(process.join(10ms));
  process.terminate();
  process.join();
  EXPECT_FALSE(process.is_alive());
  EXPECT_EQ(process.exitcode(), -SIGTERM);
  EXPECT_TRUE(process.join(0s));
}

TEST_P(ProcessTest, TellsHowItEnded) {
  EXPECT_EQ(run(do_nothing), 0);
  EXPECT_EQ(run(end_with, 7), 7);
  EXPECT_EQ(run(call_exit, 9), 9);
  EXPECT_EQ(run(raise_signal, SIGUSR1), -SIGUSR1);
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(ProcessOptions{.name = "Thrower"}, throw_error), 1);
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("Process Thrower:\n  std::out_of_range: too far\n"), text.npos) << text;
}

TEST_P(ProcessTest, PrintsExceptionsOfAnyType) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run([] { throw 42; }), 1);
  EXPECT_EQ(run([] { throw std::string("text"); }), 1);
  EXPECT_EQ(run([] {
              struct Odd {};
              throw Odd();
            }),
            1);
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("int: 42"), text.npos) << text;
  EXPECT_NE(text.find(": text"), text.npos) << text;
  EXPECT_NE(text.find("Odd"), text.npos) << text;
}

TEST_P(ProcessTest, KillEndsAtOnce) {
  Process process = make(wait_for_a_signal);
  process.start();
  process.kill();
  EXPECT_EQ(end_of(process), -SIGKILL);
  process.kill();
  process.terminate();
}

TEST_P(ProcessTest, TerminateWorksWhereTheParentBlocksTheSignal) {
  sigset_t signals;
  sigset_t before;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, &before);
  Process process = make(wait_for_a_signal);
  process.start();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  process.terminate();
  EXPECT_EQ(end_of(process), -SIGTERM);
}

void check_arguments(int number, const std::string& text, const char* c_string,
                     std::vector<double> values, std::map<std::string, int> names) {
  const bool right = number == -3 && text == "literal" && std::string(c_string) == "c" &&
                     values == std::vector{1.5, 2.5} &&
                     names == std::map<std::string, int>{{"a", 1}};
  throw SystemExit(right ? 0 : 1);
}

TEST_P(ProcessTest, ArgumentsArrive) {
  EXPECT_EQ(run(check_arguments, -3, "literal", "c", std::vector{1.5, 2.5},
                std::map<std::string, int>{{"a", 1}}),
            0);
}

struct Counted {
  int times;
  void operator()(int number) const { throw SystemExit(times * number); }
};

TEST_P(ProcessTest, TakesManyKindsOfTargets) {
  EXPECT_EQ(run([](int a, int b) { throw SystemExit(a + b); }, 3, 4), 7);
  EXPECT_EQ(run(Counted{3}, 5), 15);
  EXPECT_EQ(run(&end_with, 4), 4);
  EXPECT_EQ(
      run([](std::unique_ptr<int> owned) { throw SystemExit(*owned); }, std::make_unique<int>(6)),
      6);
}

TEST_P(ProcessTest, ArgumentsMayBeLarge) {
  const std::string large(20'000'000, 'x');
  EXPECT_EQ(
      run([](const std::string& text) { throw SystemExit(text.size() == 20'000'000 ? 3 : 4); },
          large),
      3);
}

TEST_P(ProcessTest, IsAHandle) {
  std::optional<Process> process(make(wait_for_a_signal));
  Process copy = *process;
  EXPECT_EQ(copy, *process);
  process->start();
  process.reset();
  EXPECT_TRUE(copy.is_alive());
  copy.kill();
  EXPECT_EQ(end_of(copy), -SIGKILL);
  EXPECT_NE(copy, make(do_nothing));
}

TEST_P(ProcessTest, MisuseIsAnError) {
  Process process = make(wait_for_a_signal);
  EXPECT_THROW(process.join(), RuntimeError);
  EXPECT_THROW(process.join(1s), RuntimeError);
  EXPECT_THROW(process.terminate(), RuntimeError);
  EXPECT_THROW(process.kill(), RuntimeError);
  EXPECT_THROW((void)process.sentinel(), ValueError);
  process.set_daemon(true);
  process.start();
  EXPECT_THROW(process.start(), RuntimeError);
  EXPECT_THROW(process.set_daemon(false), RuntimeError);
  EXPECT_THROW(process.close(), ValueError);
  process.kill();
  process.join();
  EXPECT_THROW(process.start(), RuntimeError);
}

TEST_P(ProcessTest, ClosedIsClosed) {
  Process process = make({.name = "Closed"}, do_nothing);
  process.start();
  process.join();
  process.close();
  process.close();
  EXPECT_EQ(process.name(), "Closed");
  EXPECT_THROW((void)process.is_alive(), ValueError);
  EXPECT_THROW((void)process.exitcode(), ValueError);
  EXPECT_THROW((void)process.pid(), ValueError);
  EXPECT_THROW((void)process.sentinel(), ValueError);
  EXPECT_THROW(process.join(), ValueError);
  EXPECT_THROW(process.join(0s), ValueError);
  EXPECT_THROW(process.terminate(), ValueError);
  EXPECT_THROW(process.kill(), ValueError);
  EXPECT_THROW(process.start(), ValueError);
  EXPECT_THROW(process.set_daemon(true), ValueError);
  Process unstarted = make(do_nothing);
  unstarted.close();
  EXPECT_THROW(unstarted.start(), ValueError);
}

TEST_P(ProcessTest, SentinelIsReadableAtTheEnd) {
  Process process = make(wait_for_a_signal);
  process.start();
  struct pollfd entry = {process.sentinel(), POLLIN, 0};
  EXPECT_EQ(::poll(&entry, 1, 0), 0);
  process.kill();
  EXPECT_EQ(::poll(&entry, 1, 20'000), 1);
  EXPECT_EQ(end_of(process), -SIGKILL);
}

void tell_name(const std::string& path) { Mailbox::post(path, current_process().name()); }

TEST_P(ProcessTest, HasAName) {
  const Process first = make(do_nothing);
  const Process second = make(do_nothing);
  EXPECT_EQ(first.name().rfind("Process-", 0), 0U);
  EXPECT_EQ(std::stoi(second.name().substr(8)), std::stoi(first.name().substr(8)) + 1);
  Process named = make({.name = "Servicio"}, tell_name, mailbox_.path());
  EXPECT_EQ(named.name(), "Servicio");
  named.set_name("Otro");
  named.start();
  EXPECT_EQ(mailbox_.take(), "Otro");
  EXPECT_EQ(end_of(named), 0);
}

void start_one(StartMethod method, const std::string& path) {
  Process child = get_context(method).Process(tell_name, path);
  child.start();
  child.join();
  throw SystemExit(child.exitcode().value_or(99));
}

TEST_P(ProcessTest, ChildrenHaveChildren) {
  Process process = make(start_one, GetParam(), mailbox_.path());
  const std::string name = process.name();
  process.start();
  EXPECT_EQ(mailbox_.take(), name + ":1");
  EXPECT_EQ(end_of(process), 0);
}

void report_daemonic(StartMethod method, const std::string& path) {
  std::string report = current_process().daemon() ? "daemon" : "plain";
  Process child = get_context(method).Process(do_nothing);
  report += child.daemon() ? " inherits" : " differs";
  try {
    child.start();
    report += " starts";
  } catch (const RuntimeError&) {
    report += " refuses";
  }
  Mailbox::post(path, report);
}

TEST_P(ProcessTest, DaemonsHaveNoChildren) {
  Process process = make({.daemon = true}, report_daemonic, GetParam(), mailbox_.path());
  EXPECT_TRUE(process.daemon());
  EXPECT_FALSE(make(do_nothing).daemon());
  process.start();
  EXPECT_EQ(mailbox_.take(), "daemon inherits refuses");
  EXPECT_EQ(end_of(process), 0);
}

TEST_P(ProcessTest, ManyThreadsJoinOneProcess) {
  Process process = make(wait_for_a_signal);
  process.start();
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([process, &right]() mutable {
      process.join();
      if (process.exitcode() == -SIGKILL && !process.is_alive()) ++right;
    });
  }
  process.kill();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 4);
}

TEST_P(ProcessTest, HundredsOfChildren) {
  test::found_family();
  const long descriptors = test::open_descriptors();
  std::vector<Process> processes;
  for (int i = 0; i < 200; ++i) processes.push_back(make(end_with, i % 100));
  for (Process& process : processes) process.start();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(end_of(processes[static_cast<std::size_t>(i)]), i % 100);
  EXPECT_TRUE(active_children().empty());
  processes.clear();
  EXPECT_EQ(test::open_descriptors(), descriptors);
}

TEST_P(ProcessTest, StandardInputIsEmpty) {
  EXPECT_EQ(
      run([] {
        char letter;
        throw SystemExit(::read(STDIN_FILENO, &letter, 1) == 0 && std::getchar() == EOF ? 0 : 1);
      }),
      0);
}

void report_parent(const std::string& path, int parent_pid) {
  const auto parent = parent_process();
  const bool right = parent && parent->name() == "MainProcess" && parent->pid() == parent_pid &&
                     parent->is_alive() && current_process().is_alive() &&
                     current_process().pid() == ::getpid();
  Mailbox::post(path, right ? "right" : "wrong");
}

TEST_P(ProcessTest, KnowsItsParent) {
  EXPECT_EQ(parent_process(), std::nullopt);
  EXPECT_EQ(current_process().name(), "MainProcess");
  EXPECT_EQ(current_process().pid(), ::getpid());
  EXPECT_TRUE(current_process().is_alive());
  EXPECT_THROW(current_process().join(), RuntimeError);
  Process process = make(report_parent, mailbox_.path(), static_cast<int>(::getpid()));
  process.start();
  EXPECT_EQ(mailbox_.take(), "right");
  EXPECT_EQ(end_of(process), 0);
}

void outlive_parent(const std::string& path) {
  const Process parent = *parent_process();
  Mailbox::post(path, std::to_string(::getpid()));
  Process same = parent;
  Mailbox::post(path, same.join(20s) && !parent.is_alive() ? "seen" : "missed");
}

void start_and_wait(StartMethod method, const std::string& path, bool daemon) {
  Process child = get_context(method).Process(
      {.daemon = daemon},
      daemon ? +[](const std::string& where) {
        Mailbox::post(where, std::to_string(::getpid()));
        wait_for_a_signal();
      }
             : outlive_parent,
      path);
  child.start();
  child.join();
}

TEST_P(ProcessTest, ChildSeesItsParentDie) {
  Process process = make(start_and_wait, GetParam(), mailbox_.path(), false);
  process.start();
  EXPECT_GT(mailbox_.take_number(), 0);
  process.kill();
  EXPECT_EQ(mailbox_.take(), "seen");
  EXPECT_EQ(end_of(process), -SIGKILL);
}

TEST_P(ProcessTest, DaemonDiesWithAKilledParent) {
  Process process = make(start_and_wait, GetParam(), mailbox_.path(), true);
  process.start();
  const int pid = mailbox_.take_number();
  ASSERT_GT(pid, 0);
  const test::ProcessWatch daemon(pid);
  ASSERT_TRUE(daemon.found());
  // A sibling that was forked meanwhile must not keep it alive.
  Process sibling = make(wait_for_a_signal);
  sibling.start();
  process.kill();
  EXPECT_TRUE(daemon.ends_within(5s));
  EXPECT_EQ(end_of(process), -SIGKILL);
  sibling.kill();
  sibling.join();
}

TEST_P(ProcessTest, DaemonOutlivesTheThreadThatStartedIt) {
  Process process = make({.daemon = true}, wait_for_a_signal);
  std::thread([&] { process.start(); }).join();
  EXPECT_FALSE(process.join(100ms));
  EXPECT_TRUE(process.is_alive());
  process.kill();
  EXPECT_EQ(end_of(process), -SIGKILL);
}

TEST_P(ProcessTest, ActiveChildrenAreThoseThatRun) {
  Process process = make(wait_for_a_signal);
  EXPECT_TRUE(active_children().empty());
  process.start();
  EXPECT_EQ(active_children(), std::vector{process});
  process.kill();
  process.join();
  EXPECT_TRUE(active_children().empty());
}

TEST_P(ProcessTest, SomebodyElseMayReap) {
  Process process = make(do_nothing);
  process.start();
  ASSERT_EQ(::waitpid(*process.pid(), nullptr, 0), *process.pid());
  EXPECT_FALSE(process.is_alive());
  process.join();
  EXPECT_EQ(process.exitcode(), 255);
}

TEST_P(ProcessTest, IgnoredSigchldIsNoHang) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  Process process = make(end_with, 3);
  process.start();
  EXPECT_TRUE(process.join(20s));
  EXPECT_FALSE(process.is_alive());
  EXPECT_TRUE(process.exitcode().has_value());
  ::signal(SIGCHLD, before);
}

}  // namespace
}  // namespace hilo::multiprocessing
