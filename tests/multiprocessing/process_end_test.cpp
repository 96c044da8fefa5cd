// SPDX-License-Identifier: MIT
// Whole programs: how they end, and what their output is.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "helpers/mailbox.hpp"
#include "helpers/run_program.hpp"

namespace hilo::test {
namespace {

using namespace std::chrono_literals;

class ProgramEndTest : public testing::TestWithParam<const char*> {
 protected:
  static ProgramResult run(const std::string& name) {
    return run_program(std::string(HILO_PROCESS_PROGRAM) + ' ' + GetParam() + ' ' + name);
  }
  // ThreadSanitizer has a thread of its own, which the library cannot tell from others.
  static std::string without_warning(std::string output) {
    const std::string end = "forkserver\n";
    const std::size_t warning = output.find("hilo: warning");
    if (warning != output.npos) {
      output.erase(warning, output.find(end, warning) + end.size() - warning);
    }
    return output;
  }
};

INSTANTIATE_TEST_SUITE_P(Methods, ProgramEndTest, testing::Values("fork", "spawn"),
                         [](const auto& method) { return std::string(method.param); });

// A spawned process is a whole program, which ends its static objects too.
std::string static_object(const char* method) {
  return std::string(method) == "spawn" ? "static object ends\n" : "";
}

TEST_P(ProgramEndTest, ChildrenAreJoinedBeforeStaticObjectsEnd) {
  const ProgramResult result = run("joined_at_the_end");
  EXPECT_EQ(result.exitcode, 0);
  EXPECT_EQ(result.output, "main\nchild\n" + static_object(GetParam()) + "static object ends\n");
}

TEST_P(ProgramEndTest, ExitJoinsToo) {
  const ProgramResult result = run("joined_at_exit");
  EXPECT_EQ(result.exitcode, 3);
  EXPECT_EQ(result.output, "main\nchild\n" + static_object(GetParam()) + "static object ends\n");
}

TEST_P(ProgramEndTest, ChildrenJoinTheirChildren) {
  const ProgramResult result = run("nested");
  EXPECT_EQ(result.exitcode, 0);
  const std::string ends = static_object(GetParam());
  EXPECT_EQ(without_warning(result.output),
            "child\ngrandchild\n" + ends + ends + "static object ends\n");
}

TEST_P(ProgramEndTest, DaemonsAreTerminated) {
  const auto start = std::chrono::steady_clock::now();
  const ProgramResult result = run("daemons");
  EXPECT_EQ(result.exitcode, 0);
  EXPECT_EQ(result.output, "static object ends\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

TEST_P(ProgramEndTest, DeafDaemonsAreKilled) {
  const ProgramResult result = run("deaf_daemon");
  EXPECT_EQ(result.exitcode, 0);
  EXPECT_EQ(result.output, "static object ends\n");
}

TEST_P(ProgramEndTest, OutputIsNotDoubled) {
  const std::string ends = static_object(GetParam());
  EXPECT_EQ(run("buffered").output, "once,too,child\n" + ends + "main\nstatic object ends\n");
  EXPECT_EQ(run("stream_of_its_own").output, "once,child\n" + ends + "main\nstatic object ends\n");
}

TEST_P(ProgramEndTest, ForkBesideThreadsWarnsOnce) {
  const std::string output = run("beside_threads").output;
  const std::size_t first = output.find("hilo: warning");
  const bool fork = std::string(GetParam()) == "fork";
  EXPECT_EQ(first != output.npos, fork) << output;
  if (fork) {
    EXPECT_EQ(output.find("hilo: warning", first + 1), output.npos) << output;
    EXPECT_NE(output.find("forkserver"), output.npos) << output;
  }
}

TEST_P(ProgramEndTest, StandardStreamsMayBeMissingOrFull) {
  const std::string program = std::string(HILO_PROCESS_PROGRAM) + ' ' + GetParam() + " no_streams";
  EXPECT_EQ(run_program("sh -c '" + program + " <&- >&- 2>&-'").exitcode, 7);
  EXPECT_EQ(run("buffered >/dev/full").exitcode, 0);
}

// What holds by the forkserver, too.
class ProgramTest : public ProgramEndTest {};
INSTANTIATE_TEST_SUITE_P(Methods, ProgramTest, testing::Values("fork", "spawn", "forkserver"),
                         [](const auto& method) { return std::string(method.param); });

void expect_refusal_then_start(const std::string& output) {
  EXPECT_NE(output.find("refused: hilo: "), output.npos) << output;
  EXPECT_NE(output.find("; 0 children"), output.npos) << output;
  EXPECT_NE(output.find("child\n"), output.npos) << output;
}

TEST_P(ProgramTest, TooManyProcessesIsAnErrorAndLaterNone) {
  expect_refusal_then_start(run("too_many_processes").output);
}

TEST(ForkserverProgramTest, AForkThatTheServerIsRefusedIsAnError) {
  expect_refusal_then_start(run_program(std::string(HILO_PROCESS_PROGRAM) +
                                        " forkserver too_many_processes_of_the_server")
                                .output);
}

TEST_P(ProgramTest, MayBeReplacedOnDiskWhileItRuns) {
  const Mailbox mailbox;
  const std::string copy = mailbox.path() + ".program";
  std::filesystem::copy_file(HILO_PROCESS_PROGRAM, copy);
  const ProgramResult result = run_program(copy + ' ' + GetParam() + " replaced_on_disk");
  std::filesystem::remove(copy);
  EXPECT_EQ(result.exitcode, 0);
  EXPECT_EQ(result.output.find("child\n"), 0U) << result.output;
}

TEST(FreezeSupportTest, MissingIsSeenAndNoForkBomb) {
  for (const char* name : {"without_freeze_support", "without_freeze_support_or_use"}) {
    const ProgramResult result = run_program(std::string(HILO_PROCESS_PROGRAM) + " spawn " + name);
    EXPECT_EQ(result.exitcode, 0) << name;
    EXPECT_NE(result.output.find("freeze_support(argc, argv); it did not"), result.output.npos)
        << result.output;
    EXPECT_NE(result.output.find("exit code 1"), result.output.npos) << result.output;
  }
}

}  // namespace
}  // namespace hilo::test
