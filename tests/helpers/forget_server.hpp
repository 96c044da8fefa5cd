// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>
#include <unistd.h>

namespace hilo::test {

/// The way to the family's forkserver is a socket; without it the caller's process gets one of its
/// own.
inline void forget_server() {
  for (int number = 3; number < 100; ++number) {
    struct stat status;
    if (::fstat(number, &status) == 0 && S_ISSOCK(status.st_mode)) ::close(number);
  }
}

}  // namespace hilo::test
