// SPDX-License-Identifier: MIT
#include "os/process_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>

#include "os/descriptor.hpp"

namespace hilo::os {

std::uint64_t own_memory(int pid) noexcept {
  std::array<char, 32> path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/statm", pid);
  const UniqueDescriptor file(::open(path.data(), O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  // In pages: all, resident, and of those what belongs to files and shared memory.
  std::uint64_t resident = 0;
  std::uint64_t shared = 0;
  if (::read(file.get(), text.data(), text.size() - 1) <= 0 ||
      std::sscanf(text.data(), "%*u %" SCNu64 " %" SCNu64, &resident, &shared) != 2) {
    return 0;
  }
  return (resident - std::min(resident, shared)) * static_cast<std::uint64_t>(::getpagesize());
}

}  // namespace hilo::os
