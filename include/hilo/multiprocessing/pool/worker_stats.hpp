// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hilo::multiprocessing::pool {

/// What a worker of a pool or an executor, a process or a thread, is at, and has done; of its place
/// there, so that who takes a dead worker's place counts on.
struct WorkerStats {
  std::string name = {};  ///< of the process, or of the thread
  int pid = 0;            ///< of its process; 0 while there is no worker in this place
  /// What it is at: empty if it is idle, or if that has no name.
  std::string task = {};
  /// Since when.
  std::optional<std::chrono::steady_clock::time_point> since = {};
  /// Tasks that stand behind that; 0 for threads, which have one line in common.
  std::uint64_t pending = 0;
  std::uint64_t done = 0;    ///< tasks that came to a result
  std::uint64_t failed = 0;  ///< and those that came to an error, or were lost
  /// Bytes in the machine's memory that are the process's own: not mapped from files, nor shared
  /// with the family; 0 for threads, which have none of their own.
  std::uint64_t memory = 0;
};

}  // namespace hilo::multiprocessing::pool
