// SPDX-License-Identifier: MIT
// Parents, children and daemons.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
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

class ProcessFamilyTest : public test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(ProcessFamilyTest);

void start_one(StartMethod method, const std::string& path) {
  Process child = get_context(method).Process(tell_name, path);
  child.start();
  child.join();
  throw SystemExit(child.exitcode().value_or(99));
}

TEST_P(ProcessFamilyTest, ChildrenHaveChildren) {
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

TEST_P(ProcessFamilyTest, DaemonsHaveNoChildren) {
  Process process = make({.daemon = true}, report_daemonic, GetParam(), mailbox_.path());
  EXPECT_TRUE(process.daemon());
  EXPECT_FALSE(make(do_nothing).daemon());
  process.start();
  EXPECT_EQ(mailbox_.take(), "daemon inherits refuses");
  EXPECT_EQ(end_of(process), 0);
}

TEST_P(ProcessFamilyTest, HundredsOfChildren) {
  Process first = make(end_with, 0);  // founds what the family has as long as it lives
  first.start();
  first.join();
  first.close();
  const long descriptors = test::open_descriptors();
  std::vector<Process> processes;
  for (int i = 0; i < 200; ++i) processes.push_back(make(end_with, i % 100));
  for (Process& process : processes) process.start();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(end_of(processes[static_cast<std::size_t>(i)]), i % 100);
  EXPECT_TRUE(active_children().empty());
  processes.clear();
  EXPECT_EQ(test::open_descriptors(), descriptors);
}

void report_parent(const std::string& path, int parent_pid) {
  const auto parent = parent_process();
  const bool right = parent && parent->name() == "MainProcess" && parent->pid() == parent_pid &&
                     parent->is_alive() && current_process().is_alive() &&
                     current_process().pid() == ::getpid();
  Mailbox::post(path, right ? "right" : "wrong");
}

TEST_P(ProcessFamilyTest, KnowsItsParent) {
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

TEST_P(ProcessFamilyTest, ChildSeesItsParentDie) {
  Process process = make(start_and_wait, GetParam(), mailbox_.path(), false);
  process.start();
  EXPECT_GT(mailbox_.take_number(), 0);
  process.kill();
  EXPECT_EQ(mailbox_.take(), "seen");
  EXPECT_EQ(end_of(process), -SIGKILL);
}

TEST_P(ProcessFamilyTest, DaemonDiesWithAKilledParent) {
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

TEST_P(ProcessFamilyTest, DaemonOutlivesTheThreadThatStartedIt) {
  Process process = make({.daemon = true}, wait_for_a_signal);
  std::thread([&] { process.start(); }).join();
  EXPECT_FALSE(process.join(100ms));
  EXPECT_TRUE(process.is_alive());
  process.kill();
  EXPECT_EQ(end_of(process), -SIGKILL);
}

TEST_P(ProcessFamilyTest, ActiveChildrenAreThoseThatRun) {
  Process process = make(wait_for_a_signal);
  EXPECT_TRUE(active_children().empty());
  process.start();
  EXPECT_EQ(active_children(), std::vector{process});
  process.kill();
  process.join();
  EXPECT_TRUE(active_children().empty());
}

}  // namespace
}  // namespace hilo::multiprocessing
