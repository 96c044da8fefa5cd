// SPDX-License-Identifier: MIT
#include "os/cpu.hpp"

#include <algorithm>
#include <cmath>

#include "hilo/os.hpp"

namespace hilo::os {

int cpu_count() noexcept { return machine_cpus(); }

int process_cpu_count() {
  const int allowed = allowed_cpus();
  const double quota = cpu_quota();
  if (quota <= 0) return allowed;
  return std::clamp(static_cast<int>(std::ceil(std::min(quota, 1e6))), 1, allowed);
}

}  // namespace hilo::os
