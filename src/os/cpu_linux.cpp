// SPDX-License-Identifier: MIT
#include "os/cpu.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "os/cgroup_linux.hpp"
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
  for_each_cgroup(root, "cpu", [&](const std::string& folder, bool unified) {
    result = stricter(result, quota_of(folder, unified));
  });
  return result;
}

}  // namespace hilo::os
