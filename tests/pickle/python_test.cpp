// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <unistd.h>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "helpers/run_program.hpp"
#include "hilo/pickle.hpp"

namespace hilo::pickle {
namespace {

/// A value of peer.py, as it wrote it.
struct Line {
  std::string name;
  std::string pickle;
  std::string repr;
};

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string digits;
  for (const std::byte byte : bytes) {
    digits += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4];
    digits += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15];
  }
  return digits;
}

class PythonTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (test::run_program(python() + " -c pass").exitcode != 0) {
      GTEST_SKIP() << GetParam() << " is not installed";
    }
  }

  static std::string python() { return GetParam(); }
  static std::string peer() { return python() + " " HILO_PICKLE_PEER " "; }

  static std::vector<Line> write(int protocol) {
    const auto result = test::run_program(peer() + "write " + std::to_string(protocol));
    EXPECT_EQ(result.exitcode, 0) << result.output;
    std::vector<Line> lines;
    std::istringstream text(result.output);
    for (std::string name, pickle, repr; std::getline(text, name, '\t');) {
      std::getline(text, pickle, '\t');
      std::getline(text, repr);
      lines.push_back({name, from_hex(pickle), from_hex(repr)});
    }
    EXPECT_GE(lines.size(), 10U);
    return lines;
  }
};

TEST_P(PythonTest, IsRead) {
  const bool knows_protocol_5 =
      test::run_program(peer() + "write 5").exitcode == 0;  // 3.8 and later
  for (int protocol = 0; protocol <= (knows_protocol_5 ? 5 : 4); ++protocol) {
    for (const Line& line : write(protocol)) {
      const Object value = loads(std::as_bytes(std::span(line.pickle)));
      EXPECT_EQ(value.repr(), line.repr) << line.name << ", protocol " << protocol;
    }
  }
}

TEST_P(PythonTest, ReadsWhatIsWritten) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("hilo_pickle_" + std::to_string(::getpid()) + "_" + python());
  std::ofstream file(path);
  for (const Line& line : write(4)) {
    const Object value = loads(std::as_bytes(std::span(line.pickle)));
    file << line.name << '\t' << to_hex(dumps(value)) << '\n';
  }
  file.close();
  const auto result = test::run_program(peer() + "read " + path.string());
  std::filesystem::remove(path);
  EXPECT_EQ(result.output, "same\n");
}

INSTANTIATE_TEST_SUITE_P(Every, PythonTest,
                         ::testing::Values("python3", "python3.7", "python3.8", "python3.9",
                                           "python3.10", "python3.11", "python3.12", "python3.13",
                                           "python3.14"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::erase(name, '.');
                           return name;
                         });

}  // namespace
}  // namespace hilo::pickle
