// SPDX-License-Identifier: MIT
#include "os/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hilo::os {

// Linux closes the descriptor even when it reports EINTR: trying again could hit somebody else's.
void close_descriptor(int descriptor) noexcept { ::close(descriptor); }

int above_standard_streams(int descriptor) noexcept {
  if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
  const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return moved;
}

WatchedDescriptor::WatchedDescriptor(UniqueDescriptor descriptor) noexcept
    : descriptor_(std::move(descriptor)) {
  struct stat status {};
  if (descriptor_ && ::fstat(get(), &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
}

WatchedDescriptor& WatchedDescriptor::operator=(WatchedDescriptor&& other) noexcept {
  if (this == &other) return *this;
  reset();
  descriptor_ = std::move(other.descriptor_);
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

bool WatchedDescriptor::intact() const noexcept {
  struct stat status {};
  return descriptor_ && ::fstat(get(), &status) == 0 && status.st_dev == device_ &&
         status.st_ino == inode_;
}

void WatchedDescriptor::reset() noexcept {
  if (descriptor_ && !intact()) abandon();
  descriptor_.reset();
}

}  // namespace hilo::os
