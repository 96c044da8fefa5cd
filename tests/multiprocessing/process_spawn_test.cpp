// SPDX-License-Identifier: MIT
// What only spawn can refuse or get wrong.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "helpers/forget_server.hpp"
#include "helpers/found_family.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::Mailbox;

const Context k_spawn(StartMethod::spawn);

int end_of(Process& process) {
  if (!process.join(20s)) process.kill();
  process.join();
  return *process.exitcode();
}

template <class Error>
std::string refusal(Process& process) {
  try {
    process.start();
  } catch (const Error& error) {
    return error.what();
  }
  return "(started)";
}

TEST(ProcessSpawnTest, CaptureIsRefusedByName) {
  test::found_family();
  const long descriptors = test::open_descriptors();
  const std::string text = "captured";
  Process process = k_spawn.Process([text] {});
  const std::string sentence = refusal<PicklingError>(process);
  EXPECT_NE(sentence.find("lambda"), sentence.npos) << sentence;
  EXPECT_FALSE(process.is_alive());
  EXPECT_TRUE(active_children().empty());
  EXPECT_EQ(test::open_descriptors() - descriptors, 0);
}

TEST(ProcessSpawnTest, ARefusedStartIsForgotten) {
  Process process = k_spawn.Process(test::wait_for_a_signal);
  set_executable("/no/such/program");
  EXPECT_NE(refusal<std::system_error>(process).find("/no/such/program"), std::string::npos);
  set_executable("");
  process.start();
  EXPECT_EQ(active_children(), std::vector{process});
  process.kill();
  EXPECT_EQ(end_of(process), -SIGKILL);
}

struct Tool {
  int size;
  std::mutex* guard;
};
struct Job {
  std::string name;
  std::vector<Tool> tools;
};

TEST(ProcessSpawnTest, ArgumentIsRefusedByName) {
  Process process = k_spawn.Process([](int, const Job&) {}, 1, Job());
  const std::string sentence = refusal<PicklingError>(process);
  EXPECT_NE(sentence.find("argument 2"), sentence.npos) << sentence;
  for (const char* part : {"mutex* in ", "Tool", "Job cannot cross", "a pointer means nothing"}) {
    EXPECT_NE(sentence.find(part), sentence.npos) << sentence;
  }
}

struct Counter {
  std::mutex* guard;
  void operator()() const {}
};

TEST(ProcessSpawnTest, TargetIsRefusedByName) {
  Process process = k_spawn.Process(Counter());
  const std::string sentence = refusal<PicklingError>(process);
  EXPECT_NE(sentence.find("the target"), sentence.npos) << sentence;
  EXPECT_NE(sentence.find("Counter cannot cross"), sentence.npos) << sentence;
}

class Subclass : public Process {
 public:
  Subclass() : Process(ProcessOptions()) {}
  void run() override {}
};

TEST(ProcessSpawnTest, SubclassIsRefused) {
  set_start_method(StartMethod::spawn, true);
  Subclass process;
  const std::string sentence = refusal<RuntimeError>(process);
  set_start_method(StartMethod::fork, true);
  EXPECT_NE(sentence.find("subclass"), sentence.npos) << sentence;
}

void report_descriptors() { throw SystemExit(static_cast<int>(test::open_descriptors())); }

// Standard input, output, error, the family's memory, and the one that looks.
TEST(ProcessSpawnTest, ChildHasOnlyWhatIsMeant) {
  Process parent = get_context("fork").Process([] {
    test::forget_server();       // the way to which is meant, too
    (void)::dup(STDOUT_FILENO);  // not close-on-exec
    Process process = k_spawn.Process(report_descriptors);
    process.start();
    test::end_with(end_of(process));
  });
  parent.start();
  EXPECT_EQ(end_of(parent), 5);
}

std::vector<std::string> environment() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

void compare_environment(const std::vector<std::string>& parents) {
  throw SystemExit(environment() == parents ? 0 : 1);
}

TEST(ProcessSpawnTest, EnvironmentIsTheParentsAndNoMore) {
  ::setenv("GIVEN_BY_TEST", "here", 1);
  Process process = k_spawn.Process(compare_environment, environment());
  process.start();
  EXPECT_EQ(end_of(process), 0);
  ::unsetenv("GIVEN_BY_TEST");
}

TEST(ProcessSpawnTest, ProgramThatCannotRunIsAnError) {
  test::found_family();
  set_executable("/nonexistent/program");
  Process process = k_spawn.Process(report_descriptors);
  const long descriptors = test::open_descriptors();
  const std::string sentence = refusal<std::system_error>(process);
  EXPECT_NE(sentence.find("posix_spawn of /nonexistent/program"), sentence.npos) << sentence;
  EXPECT_FALSE(process.is_alive());
  EXPECT_TRUE(active_children().empty());
  EXPECT_EQ(test::open_descriptors(), descriptors);
  set_executable("");
  process.start();
  EXPECT_GE(end_of(process), 0);
}

void start_daemonic_and_report(const std::string& path) {
  Process child = k_spawn.Process(
      {.name = "Deep"},
      [](const std::string& where) {
        Mailbox::post(where, current_process().name() + " of " + parent_process()->name());
      },
      path);
  child.start();
  child.join();
}

TEST(ProcessSpawnTest, NamesTravel) {
  Mailbox mailbox;
  Process process = k_spawn.Process({.name = "Upper"}, start_daemonic_and_report, mailbox.path());
  process.start();
  EXPECT_EQ(mailbox.take(), "Deep of Upper");
  EXPECT_EQ(end_of(process), 0);
}

}  // namespace
}  // namespace hilo::multiprocessing
