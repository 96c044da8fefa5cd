// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace hilo::test {

struct Python {
  std::string path;
  int minor;
};

/// The CPythons of the system from 3.`least` on, and those in the folders that HILO_TEST_PYTHONS
/// names, with colons between them.
inline std::vector<Python> pythons(int least) {
  const char* const more = std::getenv("HILO_TEST_PYTHONS");
  std::istringstream folders(std::string("/usr/bin:/usr/local/bin:") + (more ? more : ""));
  std::vector<Python> found;
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
      const std::string name = entry.path().filename();
      int minor = 0;
      if (!name.starts_with("python3.")) continue;
      const auto [end, error] = std::from_chars(name.data() + 8, name.data() + name.size(), minor);
      if (error != std::errc() || *end != '\0' || minor < least) continue;
      if (std::ranges::none_of(found, [&](const Python& known) { return known.minor == minor; })) {
        found.push_back({entry.path(), minor});
      }
    }
  }
  return found;
}

}  // namespace hilo::test
