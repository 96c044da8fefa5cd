// SPDX-License-Identifier: MIT
#include "hilo/os.hpp"

#include <algorithm>
#include <cmath>

#include "os/cpu.hpp"
#include "os/liveness.hpp"
#include "os/self.hpp"

namespace hilo::os {

// What the streams hold would be printed by both.
int fork() {
  flush_standard_streams();
  return fork_process();
}

int getpid() noexcept { return process_id(); }

int getppid() noexcept { return parent_process_id(); }

int cpu_count() noexcept { return machine_cpus(); }

int process_cpu_count() {
  const int allowed = allowed_cpus();
  const double quota = cpu_quota();
  if (quota <= 0) return allowed;
  return std::clamp(static_cast<int>(std::ceil(std::min(quota, 1e6))), 1, allowed);
}

}  // namespace hilo::os
