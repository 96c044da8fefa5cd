// SPDX-License-Identifier: MIT
#include "hilo/logging/flags.hpp"

#include <gtest/gtest.h>

#include <string>

#include "logging/capture.hpp"

namespace logging = hilo::logging;
using hilo::test::ThreadName;

namespace {

std::string formatted(const std::string& pattern) {
  spdlog::pattern_formatter formatter(spdlog::pattern_time_type::local, "");
  formatter.add_flag<logging::ThreadNameFlag>('N').add_flag<logging::ProcessNameFlag>('Q');
  formatter.set_pattern(pattern);
  spdlog::memory_buf_t line;
  formatter.format({"db", spdlog::level::info, "text"}, line);
  return {line.data(), line.size()};
}

TEST(LogFlagsTest, PrintTheNamesInSpdlogsPatterns) {
  const ThreadName name("Worker");
  EXPECT_EQ(formatted("[%N] [%Q] %v"), "[Worker] [MainProcess] text");
}

TEST(LogFlagsTest, PadAndCutAsSpdlogDoes) {
  const ThreadName name("Niño");
  EXPECT_EQ(formatted("%6N|%-6N|%=7N|%2N|%2!N|"), "  Niño|Niño  | Niño  |Niño|Ni|");
}

TEST(LogFlagsTest, SurviveACloneOfTheFormatter) {
  spdlog::pattern_formatter formatter(spdlog::pattern_time_type::local, "");
  formatter.add_flag<logging::ThreadNameFlag>('N').set_pattern("%N");
  spdlog::memory_buf_t line;
  formatter.clone()->format({"db", spdlog::level::info, "text"}, line);
  EXPECT_EQ(std::string(line.data(), line.size()), "MainThread");
}

}  // namespace
