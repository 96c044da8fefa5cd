// SPDX-License-Identifier: MIT
#include "os/memory_room.hpp"

#include <algorithm>
#include <fstream>
#include <limits>

#include "os/cgroup_linux.hpp"

namespace hilo::os {
namespace {

constexpr std::uint64_t k_unknown = std::numeric_limits<std::uint64_t>::max();

/// The sum of the numbers behind these words in a file of "word number" lines.
std::uint64_t sum_of(const std::string& path, std::initializer_list<const char*> words) {
  std::ifstream file(path);
  std::uint64_t sum = 0;
  std::string word;
  for (std::uint64_t number = 0; file >> word >> number; file.ignore(1000, '\n')) {
    for (const char* wanted : words) sum += word == wanted ? number : 0;
  }
  return sum;
}

std::uint64_t number_in(const std::string& path) {
  std::uint64_t number = k_unknown;
  std::ifstream file(path);
  return file >> number ? number : k_unknown;  // "max" is no number
}

std::uint64_t room_in_group(const std::string& folder, bool unified) {
  const std::uint64_t limit =
      number_in(folder + (unified ? "/memory.max" : "/memory.limit_in_bytes"));
  const std::uint64_t used =
      number_in(folder + (unified ? "/memory.current" : "/memory.usage_in_bytes"));
  if (limit == k_unknown || used == k_unknown) return k_unknown;
  // The cache of files counts as used, but makes room for others.
  const std::uint64_t cache =
      unified ? sum_of(folder + "/memory.stat", {"active_file", "inactive_file"})
              : sum_of(folder + "/memory.stat", {"total_active_file", "total_inactive_file"});
  const std::uint64_t kept = used - std::min(used, cache);
  return limit - std::min(limit, kept);
}

}  // namespace

std::uint64_t memory_room(const std::string& root) {
  const std::uint64_t kilobytes = sum_of(root + "/proc/meminfo", {"MemAvailable:", "SwapFree:"});
  std::uint64_t room = kilobytes == 0 ? k_unknown : kilobytes * 1024;
  for_each_cgroup(root, "memory", [&](const std::string& folder, bool unified) {
    room = std::min(room, room_in_group(folder, unified));
  });
  return room;
}

}  // namespace hilo::os
