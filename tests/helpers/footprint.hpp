// SPDX-License-Identifier: MIT
#pragma once

#include <dirent.h>
#include <unistd.h>

#include <compare>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>

namespace hilo::testing {

inline std::size_t count_entries(const std::string& folder, std::string_view except = {}) {
  std::size_t count = 0;
  if (DIR* const entries = ::opendir(folder.c_str())) {
    while (const dirent* const entry = ::readdir(entries)) {
      if (except.empty() || !std::string_view(entry->d_name).starts_with(except)) ++count;
    }
    ::closedir(entries);
  }
  return count;
}

/// Children of the calling process, zombies among them.
inline std::size_t count_children() {
  std::size_t count = 0;
  std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
  for (int pid = 0; children >> pid;) ++count;
  return count;
}

/// What a process has of the system: taken before and after, the two must be equal.
struct Footprint {
  std::size_t descriptors = count_entries("/proc/self/fd");
  std::size_t children = count_children();
  /// Without segments of shared memory with names: those of tests beside this one come and go.
  std::size_t shared_files = count_entries("/dev/shm", "psm_");

  bool operator==(const Footprint&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Footprint& footprint) {
    return out << footprint.descriptors << " descriptors, " << footprint.children << " children, "
               << footprint.shared_files << " files in /dev/shm";
  }
};

}  // namespace hilo::testing
