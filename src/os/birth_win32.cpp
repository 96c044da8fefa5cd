// SPDX-License-Identifier: MIT
#include "os/birth.hpp"

namespace hilo::os {

// hilo starts no processes here yet.
const char* family_entry() noexcept { return nullptr; }

}  // namespace hilo::os
