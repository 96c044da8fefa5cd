// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/logging/basic_config.hpp"     // IWYU pragma: export
#include "hilo/logging/flags.hpp"            // IWYU pragma: export
#include "hilo/logging/formatter.hpp"        // IWYU pragma: export
#include "hilo/logging/functions.hpp"        // IWYU pragma: export
#include "hilo/logging/handler.hpp"          // IWYU pragma: export
#include "hilo/logging/level.hpp"            // IWYU pragma: export
#include "hilo/logging/logger.hpp"           // IWYU pragma: export
#include "hilo/multiprocessing/logging.hpp"  // IWYU pragma: export

/// Python's logging on spdlog: Python's loggers, levels and format strings; spdlog's sinks are the
/// handlers, so every sink that exists for spdlog works here.
namespace hilo::logging {}
