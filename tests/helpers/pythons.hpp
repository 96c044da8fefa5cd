// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace hilo::test {

/// An unmodified CPython that a test talks to.
struct Python {
  std::string path;
  int minor;

  /// As a part of a test's name.
  [[nodiscard]] std::string name() const { return "python3_" + std::to_string(minor); }
};
inline void PrintTo(const Python& python, std::ostream* out) { *out << python.name(); }

/// Where CPythons are: the system's folders, pyenv's (what it puts into PATH runs the version that
/// is chosen, not the one in its name), and those in HILO_TEST_PYTHONS, with colons between them.
inline std::vector<std::filesystem::path> python_folders() {
  std::vector<std::filesystem::path> folders{"/usr/bin", "/usr/local/bin"};
  const char* const root = std::getenv("PYENV_ROOT");
  const char* const home = std::getenv("HOME");
  const std::filesystem::path pyenv =
      root != nullptr ? root : std::string(home != nullptr ? home : "") + "/.pyenv";
  std::error_code none;
  for (const auto& version : std::filesystem::directory_iterator(pyenv / "versions", none)) {
    folders.push_back(version.path() / "bin");
  }
  const char* const more = std::getenv("HILO_TEST_PYTHONS");
  std::istringstream text(more != nullptr ? more : "");
  for (std::string folder; std::getline(text, folder, ':');) folders.emplace_back(folder);
  return folders;
}

/// The CPythons of this machine from 3.`least` to 3.`most`, one of each version.
inline std::vector<Python> pythons(int least, int most = 99) {
  std::vector<Python> found;
  for (const std::filesystem::path& folder : python_folders()) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
      const std::string name = entry.path().filename();
      int minor = 0;
      if (!name.starts_with("python3.")) continue;
      const auto [end, error] = std::from_chars(name.data() + 8, name.data() + name.size(), minor);
      if (error != std::errc() || *end != '\0' || minor < least || minor > most) continue;
      if (std::ranges::none_of(found, [&](const Python& known) { return known.minor == minor; })) {
        found.push_back({entry.path(), minor});
      }
    }
  }
  std::ranges::sort(found, {}, &Python::minor);
  return found;
}

}  // namespace hilo::test

/// A suite whose parameter is a Python runs once for each from 3.`least` on; for none if there is
/// none.
#define HILO_TEST_BY_EVERY_PYTHON(Suite, least)                                             \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Suite);                                     \
  INSTANTIATE_TEST_SUITE_P(Pythons, Suite, testing::ValuesIn(::hilo::test::pythons(least)), \
                           [](const auto& python) { return python.param.name(); })
