// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/functions.hpp"
#include "logging/process_name.hpp"

namespace hilo::detail {

std::string process_name() { return multiprocessing::current_process().name(); }

}  // namespace hilo::detail
