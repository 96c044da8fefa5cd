// SPDX-License-Identifier: MIT
#include "os/environment.hpp"

#include <stdlib.h>

namespace hilo::os {

void unset_environment(const char* name) noexcept { ::unsetenv(name); }

}  // namespace hilo::os
