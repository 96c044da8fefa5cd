// SPDX-License-Identifier: MIT
#include "multiprocessing/pool/memory_limit.hpp"

#include <fmt/format.h>

#include <array>

#include "os/process_memory.hpp"

namespace hilo::detail::pool {
namespace {

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> k_units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < k_units.size(); ++unit) size /= 1024;
  return fmt::format("{:.4g} {}", size, k_units[unit]);
}

}  // namespace

std::string memory_excess(int pid, std::uint64_t limit) {
  const std::uint64_t used = os::own_memory(pid);
  if (used <= limit) return {};
  return fmt::format("it used {}, its limit is {}", size_text(used), size_text(limit));
}

}  // namespace hilo::detail::pool
