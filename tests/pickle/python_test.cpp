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

#include "helpers/pythons.hpp"
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

class PythonTest : public ::testing::TestWithParam<test::Python> {
 protected:
  static std::string peer() { return GetParam().path + " " HILO_PICKLE_PEER " "; }

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
  const int newest = GetParam().minor < 8 ? 4 : 5;
  for (int protocol = 0; protocol <= newest; ++protocol) {
    for (const Line& line : write(protocol)) {
      const Object value = loads(std::as_bytes(std::span(line.pickle)));
      EXPECT_EQ(value.repr(), line.repr) << line.name << ", protocol " << protocol;
    }
  }
}

TEST_P(PythonTest, ReadsWhatIsWritten) {
  const auto path =
      std::filesystem::temp_directory_path() / ("hilo_pickle_" + std::to_string(::getpid()));
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

HILO_TEST_BY_EVERY_PYTHON(PythonTest, 6);

}  // namespace
}  // namespace hilo::pickle
