// SPDX-License-Identifier: MIT
#include "os/surroundings.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

constexpr int k_above_streams = STDERR_FILENO + 1;

UniqueDescriptor copy_of(int stream) noexcept {
  return UniqueDescriptor(fault("fcntl") ? -1 : ::fcntl(stream, F_DUPFD_CLOEXEC, k_above_streams));
}

void become_stream(const UniqueDescriptor& file, int stream) noexcept {
  if (file) {
    ::dup2(file.get(), stream);
  } else {
    ::close(stream);
  }
}

}  // namespace

Surroundings current_surroundings() noexcept {
  return {copy_of(STDOUT_FILENO), copy_of(STDERR_FILENO),
          UniqueDescriptor(fault("open") ? -1 : ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC))};
}

void enter_surroundings(Surroundings surroundings) noexcept {
  become_stream(surroundings.output, STDOUT_FILENO);
  become_stream(surroundings.error, STDERR_FILENO);
  if (surroundings.folder && ::fchdir(surroundings.folder.get()) != 0) {
    // Gone meanwhile, or not to be entered: it stays in the folder of who forked it.
  }
}

void redirect_error(int descriptor) noexcept { ::dup2(descriptor, STDERR_FILENO); }

}  // namespace hilo::os
