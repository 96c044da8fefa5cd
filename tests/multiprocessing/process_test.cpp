// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/process.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::do_nothing;
using test::end_with;
using test::Mailbox;
using test::tell_name;
using test::wait_for_a_signal;

void call_exit(int code) { std::exit(code); }
void throw_error() { throw std::out_of_range("too far"); }
void raise_signal(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
}
void tell(const std::string& path, const std::string& word) { Mailbox::post(path, word); }

class ProcessTest : public test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(ProcessTest);

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
  EXPECT_EQ(run([] { throw static_cast<const char*>(nullptr); }), 1);
  EXPECT_EQ(run([] {
              struct Silent : std::exception {
                const char* what() const noexcept override { return nullptr; }
              };
              throw Silent();
            }),
            1);
  EXPECT_EQ(run([] {
              struct Odd {};
              throw Odd();
            }),
            1);
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("int: 42"), text.npos) << text;
  EXPECT_NE(text.find(": text"), text.npos) << text;
  EXPECT_NE(text.find("char const*: (no text)"), text.npos) << text;
  EXPECT_NE(text.find("Silent: (no text)"), text.npos) << text;
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
  EXPECT_EQ(process.sentinel(), entry.fd);
  EXPECT_EQ(::poll(&entry, 1, 0), 1);
}

TEST_P(ProcessTest, SentinelMayBeAskedForAfterTheEnd) {
  Process process = make(do_nothing);
  process.start();
  process.join();
  struct pollfd entry = {process.sentinel(), POLLIN, 0};
  EXPECT_EQ(::poll(&entry, 1, 0), 1);
}

TEST_P(ProcessTest, AnInterruptIsASignal) {
  Process process = make([] {
    ::signal(SIGINT, SIG_DFL);
    wait_for_a_signal();
  });
  process.start();
  process.interrupt();
  EXPECT_EQ(end_of(process), -SIGINT);
}

void tell_key(const std::string& path) { Mailbox::post(path, current_process().authkey()); }

TEST_P(ProcessTest, TheKeyIsTheFamilys) {
  const std::string key = current_process().authkey();
  EXPECT_EQ(key.size(), 32U);
  EXPECT_EQ(make(do_nothing).authkey(), key);
  current_process().set_authkey("open sesame");
  EXPECT_EQ(run(tell_key, mailbox_.path()), 0);
  EXPECT_EQ(mailbox_.take(), "open sesame");
  current_process().set_authkey(key);
}

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

TEST_P(ProcessTest, StandardInputIsEmpty) {
  EXPECT_EQ(
      run([] {
        char letter;
        throw SystemExit(::read(STDIN_FILENO, &letter, 1) == 0 && std::getchar() == EOF ? 0 : 1);
      }),
      0);
}

}  // namespace
}  // namespace hilo::multiprocessing
