// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

/// Contract: what the system's open files are named by.
namespace hilo::os {

void close_descriptor(int descriptor) noexcept;

/// `descriptor` itself, or its like above the standard streams' numbers if it got one of those,
/// which happens to programs that were started without: what they print must not land in it.
/// Returns: -1 with errno set if there is none.
[[nodiscard]] int above_standard_streams(int descriptor) noexcept;

/// Owns one descriptor, or none.
class UniqueDescriptor {
 public:
  UniqueDescriptor() noexcept = default;
  explicit UniqueDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  UniqueDescriptor(UniqueDescriptor&& other) noexcept : descriptor_(other.release()) {}
  UniqueDescriptor& operator=(UniqueDescriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueDescriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] explicit operator bool() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }
  void reset(int descriptor = -1) noexcept {
    const int old = std::exchange(descriptor_, descriptor);
    if (old >= 0) close_descriptor(old);
  }

 private:
  int descriptor_ = -1;
};

}  // namespace hilo::os
