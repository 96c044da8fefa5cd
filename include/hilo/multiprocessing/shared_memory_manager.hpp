// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/multiprocessing/shareable_list.hpp"
#include "hilo/multiprocessing/shared_memory.hpp"

namespace hilo::multiprocessing::managers {

/// A scope for shared memory: what is made by it is unlinked at its end.
///
///     mp::managers::SharedMemoryManager manager;
///     auto segment = manager.SharedMemory(4096);
///     auto list = manager.ShareableList({1, 2.5, "tres"});
///
/// If its process is killed, the segments go by the next `shared_memory::unlink_orphans()`, which
/// every manager's segments begin with, in any program of this user; if no such program ever runs
/// again they stay until the machine restarts.
///
/// Safe from: one thread at a time. A forked child's copy unlinks nothing.
/// Python:    multiprocessing.managers.SharedMemoryManager; differs: there is no process behind it,
///            so nothing to start() or connect() to.
class SharedMemoryManager {
 public:
  HILO_EXPORT SharedMemoryManager() noexcept;
  ~SharedMemoryManager() { shutdown(); }
  SharedMemoryManager(const SharedMemoryManager&) = delete;
  SharedMemoryManager& operator=(const SharedMemoryManager&) = delete;

  /// Throws: RuntimeError after shutdown(); as the class of this name.
  [[nodiscard]] HILO_EXPORT shared_memory::SharedMemory SharedMemory(std::size_t size);
  [[nodiscard]] HILO_EXPORT shared_memory::ShareableList ShareableList(
      const std::vector<Object>& items);

  /// Unlinks everything; what has been unlinked before is left alone. May be repeated.
  HILO_EXPORT void shutdown() noexcept;

 private:
  template <class Make>
  auto keep(Make make);

  /// Open as long as the manager lives: what nobody has open is an orphan.
  std::vector<shared_memory::SharedMemory> segments_;
  int process_;  // whose it is
  bool open_ = true;
};

}  // namespace hilo::multiprocessing::managers
