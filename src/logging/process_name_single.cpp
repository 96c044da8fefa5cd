// SPDX-License-Identifier: MIT
#include "logging/process_name.hpp"

namespace hilo::detail {

// Where hilo starts no processes, this is the program itself.
std::string process_name() { return "MainProcess"; }

}  // namespace hilo::detail
