// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hilo/detail/thread_work.hpp"

namespace hilo::detail {

/// What a target is called in its source. Empty if there is nothing to be told by.
[[nodiscard]] std::string target_name(const NameSource& source);

}  // namespace hilo::detail
