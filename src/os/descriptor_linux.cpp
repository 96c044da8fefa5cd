// SPDX-License-Identifier: MIT
#include "os/descriptor.hpp"

#include <fcntl.h>
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

}  // namespace hilo::os
