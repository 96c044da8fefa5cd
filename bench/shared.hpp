// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>

#include <memory>
#include <new>
#include <system_error>
#include <utility>

namespace bench {

/// A T that a forked process shares with its parent.
template <class T>
class Shared {
 public:
  template <class... Args>
  explicit Shared(Args&&... args) {
    void* const room =
        mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    object_ = new (room) T(std::forward<Args>(args)...);
  }
  ~Shared() {
    std::destroy_at(object_);
    munmap(object_, sizeof(T));
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }

 private:
  T* object_;
};

}  // namespace bench
