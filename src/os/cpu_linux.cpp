// SPDX-License-Identifier: MIT
#include "os/cpu.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

// The smaller of two limits, of which 0 is none.
double stricter(double one, double other) {
  if (one <= 0 || other <= 0) return std::max(one, other);
  return std::min(one, other);
}

double quota_of(const std::string& folder, bool unified) {
  double quota = 0;
  double period = 0;
  if (unified) {
    std::ifstream(folder + "/cpu.max") >> quota >> period;  // "max 100000" reads as nothing
  } else {
    std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;  // -1 is no limit
    std::ifstream(folder + "/cpu.cfs_period_us") >> period;
  }
  return quota > 0 && period > 0 ? quota / period : 0;
}

// The strictest limit on the way from the group up to the root of what is mounted. Inside a
// container the group's path may name folders outside, which are just not found.
double quota_upwards(const std::string& mount, std::string group, bool unified) {
  double result = 0;
  for (;;) {
    result = stricter(result, quota_of(mount + group, unified));
    const std::size_t slash = group.rfind('/');
    if (slash == group.npos) return result;
    group.resize(slash);
  }
}

bool lists(const std::string& controllers, const std::string& name) {
  std::istringstream parts(controllers);
  for (std::string part; std::getline(parts, part, ',');) {
    if (part == name) return true;
  }
  return false;
}

}  // namespace

int machine_cpus() noexcept {
  return static_cast<int>(std::max(1L, fault("sysconf") ? -1 : ::sysconf(_SC_NPROCESSORS_ONLN)));
}

int allowed_cpus() noexcept {
  // The kernel refuses a set smaller than its own; machines with over a thousand exist.
  for (int size = 1024; size <= 1 << 20; size *= 4) {
    cpu_set_t* set = CPU_ALLOC(size);
    if (set == nullptr) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(size);
    const int result = fault("sched_getaffinity") ? -1 : ::sched_getaffinity(0, bytes, set);
    const int error = errno;
    const int count = result == 0 ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (result == 0) return std::max(1, count);
    if (error != EINVAL) break;
  }
  return machine_cpus();
}

double cpu_quota(const std::string& root) {
  double result = 0;
  std::ifstream groups(root + "/proc/self/cgroup");
  // Each line is "id:controllers:path"; id 0 without controllers is version 2 (man 7 cgroups).
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? first : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string group = line.substr(second + 1);
    if (group == "/") group.clear();
    const std::string base = root + "/sys/fs/cgroup";
    if (controllers.empty()) {
      result = stricter(result, quota_upwards(base, group, true));
      result = stricter(result, quota_upwards(base + "/unified", group, true));
    } else if (lists(controllers, "cpu")) {
      result = stricter(
          result, quota_upwards(std::string(base).append("/").append(controllers), group, false));
      result = stricter(result, quota_upwards(base + "/cpu", group, false));
    }
  }
  return result;
}

}  // namespace hilo::os
