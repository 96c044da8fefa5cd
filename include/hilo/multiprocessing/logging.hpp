// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "hilo/detail/logging_export.hpp"
#include "hilo/logging/level.hpp"
#include "hilo/logging/logger.hpp"

/// In the library hilo::logging; multiprocessing.hpp does not include it.
namespace hilo::multiprocessing {

/// The logger "multiprocessing". Its records go to its own handlers only.
[[nodiscard]] HILO_LOGGING_EXPORT logging::Logger get_logger();

/// Has get_logger() print to standard error, as "[INFO/Process-1] the message".
///
/// Python: multiprocessing.log_to_stderr; differs: a second call adds no second handler.
HILO_LOGGING_EXPORT logging::Logger log_to_stderr(std::optional<logging::Level> level = {});

}  // namespace hilo::multiprocessing
