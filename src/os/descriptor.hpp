// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <utility>

/// Contract: what the system's open files are named by, and all else that is waited for or handed
/// to other processes: a number that fits into an int, negative for none. On Windows it is a
/// handle, of which 32 bits are significant. None is inherited by a program that this one starts,
/// unless SpawnRequest says so.
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

/// Owns one descriptor, or none, for as long as it stands for the file that it was made with: a
/// program may close what is not its own, and then the number is another file's.
class WatchedDescriptor {
 public:
  WatchedDescriptor() noexcept = default;
  explicit WatchedDescriptor(UniqueDescriptor descriptor) noexcept;
  WatchedDescriptor(WatchedDescriptor&&) noexcept = default;
  WatchedDescriptor& operator=(WatchedDescriptor&& other) noexcept;
  ~WatchedDescriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return descriptor_.get(); }
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(descriptor_); }
  /// Whether it still stands for that file.
  [[nodiscard]] bool intact() const noexcept;
  /// Lets go of the number and leaves whatever has it open.
  void abandon() noexcept { (void)descriptor_.release(); }
  /// Closes the file, if it still is the one.
  void reset() noexcept;

 private:
  UniqueDescriptor descriptor_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

}  // namespace hilo::os
