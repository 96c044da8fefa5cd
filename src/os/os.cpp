// SPDX-License-Identifier: MIT
#include "hilo/os.hpp"

#include "os/self.hpp"
#include "os/thread.hpp"

namespace hilo::os {

// What the streams hold would be printed by both.
int fork() {
  flush_standard_streams();
  return fork_process();
}

int getpid() noexcept { return process_id(); }

int getppid() noexcept { return parent_process_id(); }

}  // namespace hilo::os
