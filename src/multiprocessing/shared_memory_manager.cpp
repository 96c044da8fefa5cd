// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/shared_memory_manager.hpp"

#include <system_error>

#include "hilo/errors.hpp"
#include "hilo/os.hpp"

namespace hilo::multiprocessing::managers {
namespace {

shared_memory::SharedMemory segment_of(const shared_memory::SharedMemory& made) { return made; }
shared_memory::SharedMemory segment_of(const shared_memory::ShareableList& made) {
  return made.shm();
}

}  // namespace

SharedMemoryManager::SharedMemoryManager() noexcept : process_(os::getpid()) {}

template <class Make>
auto SharedMemoryManager::keep(Make make) {
  if (!open_) throw RuntimeError("hilo: the SharedMemoryManager has been shut down");
  // So that nothing can fail once it is made.
  if (segments_.size() == segments_.capacity()) segments_.reserve(2 * segments_.size() + 1);
  auto made = make();
  segments_.push_back(segment_of(made));
  return made;
}

shared_memory::SharedMemory SharedMemoryManager::SharedMemory(std::size_t size) {
  return keep([size] {
    return shared_memory::SharedMemory({.create = true, .size = size, .track = true});
  });
}

shared_memory::ShareableList SharedMemoryManager::ShareableList(const std::vector<Object>& items) {
  return keep([&items] {
    return shared_memory::ShareableList(items, shared_memory::SharedMemoryOptions{.track = true});
  });
}

void SharedMemoryManager::shutdown() noexcept {
  open_ = false;
  if (process_ != os::getpid()) return;
  for (const auto& segment : segments_) {
    try {
      segment.unlink();
    } catch (const std::system_error&) {  // somebody has done it
    }
  }
  segments_.clear();
}

}  // namespace hilo::multiprocessing::managers
