// SPDX-License-Identifier: MIT
#include <windows.h>

#include <algorithm>
#include <bit>
#include <thread>

#include "os/cpu.hpp"

namespace hilo::os {

int machine_cpus() noexcept {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int allowed_cpus() noexcept {
  DWORD_PTR mine = 0;
  DWORD_PTR all = 0;
  if (::GetProcessAffinityMask(::GetCurrentProcess(), &mine, &all) == 0) return machine_cpus();
  return std::max(1, std::popcount(static_cast<unsigned long long>(mine)));
}

double cpu_quota(const std::string&) { return 0; }

}  // namespace hilo::os
