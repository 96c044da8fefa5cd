// SPDX-License-Identifier: MIT
#include "os/descriptor.hpp"

#include <unistd.h>

namespace hilo::os {

// Linux closes the descriptor even when it reports EINTR: trying again could hit somebody else's.
void close_descriptor(int descriptor) noexcept { ::close(descriptor); }

}  // namespace hilo::os
