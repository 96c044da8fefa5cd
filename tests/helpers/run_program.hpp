// SPDX-License-Identifier: MIT
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace hilo::test {

struct ProgramResult {
  int exitcode;
  std::string output;
};

/// Runs a shell command to its end; its output and errors come back together, through a pipe.
inline ProgramResult run_program(const std::string& command) {
  FILE* const pipe = ::popen(("timeout 30 " + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen");
  ProgramResult result{};
  char part[4096];
  for (std::size_t length; (length = std::fread(part, 1, sizeof part, pipe)) > 0;) {
    result.output.append(part, length);
  }
  const int status = ::pclose(pipe);
  result.exitcode = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

}  // namespace hilo::test
