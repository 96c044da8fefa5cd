// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hilo::multiprocessing::pool {

/// What a worker process of a pool is at, and has done; of the place in the pool, so that who takes
/// a dead worker's place counts on.
struct WorkerStats {
  std::string name = {};
  int pid = 0;  ///< 0 while there is none in its place
  /// What it is at: empty if it is idle, or if that has no name.
  std::string task = {};
  /// Since when.
  std::optional<std::chrono::steady_clock::time_point> since = {};
  std::uint64_t pending = 0;  ///< tasks that stand behind that
  std::uint64_t done = 0;     ///< tasks that came to a result
  std::uint64_t failed = 0;   ///< and those that came to an error, or were lost
};

}  // namespace hilo::multiprocessing::pool
