// SPDX-License-Identifier: MIT
#include "os/cgroup_linux.hpp"

#include <fstream>
#include <sstream>

namespace hilo::os {
namespace {

bool lists(const std::string& controllers, const std::string& name) {
  std::istringstream parts(controllers);
  for (std::string part; std::getline(parts, part, ',');) {
    if (part == name) return true;
  }
  return false;
}

}  // namespace

void for_each_cgroup(const std::string& root, const std::string& controller,
                     const std::function<void(const std::string& folder, bool unified)>& visit) {
  const std::string base = root + "/sys/fs/cgroup";
  const auto upwards = [&](const std::string& mount, std::string group, bool unified) {
    for (;;) {
      visit(mount + group, unified);
      const std::size_t slash = group.rfind('/');
      if (slash == group.npos) return;
      group.resize(slash);
    }
  };
  std::ifstream groups(root + "/proc/self/cgroup");
  // Each line is "id:controllers:path"; id 0 without controllers is version 2.
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? first : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string group = line.substr(second + 1);
    if (group == "/") group.clear();
    if (controllers.empty()) {
      upwards(base, group, true);
      upwards(base + "/unified", group, true);
    } else if (lists(controllers, controller)) {
      upwards(std::string(base).append("/").append(controllers), group, false);
      upwards(std::string(base).append("/").append(controller), group, false);
    }
  }
}

}  // namespace hilo::os
