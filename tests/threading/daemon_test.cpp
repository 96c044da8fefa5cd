// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "helpers/run_program.hpp"

namespace hilo {
namespace {

/// Runs that test takes; more with HILO_TEST_RUNS in the environment.
int runs() {
  const char* const wanted = std::getenv("HILO_TEST_RUNS");
  return wanted != nullptr ? std::stoi(wanted) : 10;
}

TEST(DaemonTest, AHundredMayBeAtWorkWhenTheProgramEnds) {
  for (int run = 0; run < runs(); ++run) {
    const auto result = test::run_program(HILO_DAEMON_PROGRAM);
    ASSERT_EQ(result.exitcode, 0) << result.output;
    ASSERT_EQ(result.output,
              "main returns\nthe foreign thread has ended\nthe service has ended\n"
              "the caretaker has left\n")
        << "in run " << run;
  }
}

}  // namespace
}  // namespace hilo
