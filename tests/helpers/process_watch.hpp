// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iterator>

namespace hilo::test {

/// Sees the end of a process that need not be the test's child. To be made while it lives.
class ProcessWatch {
 public:
  explicit ProcessWatch(int pid)
      : descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  ~ProcessWatch() { ::close(descriptor_); }
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;

  [[nodiscard]] bool found() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] bool ends_within(std::chrono::milliseconds timeout) const {
    struct pollfd entry = {descriptor_, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(timeout.count())) == 1;
  }

 private:
  int descriptor_;
};

inline long open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

}  // namespace hilo::test
