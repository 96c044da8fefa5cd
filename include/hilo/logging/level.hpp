// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/common.h>

#include <string>

#include "hilo/detail/logging_export.hpp"

namespace hilo::logging {

/// How grave a record is; Python's numbers. Others, such as `Level{25}`, are levels too.
enum class Level : int {
  notset = 0,  ///< of a logger: as its parent
  debug = 10,
  info = 20,
  warning = 30,
  error = 40,
  critical = 50,
};

/// Returns: "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "NOTSET", or "Level 25".
[[nodiscard]] HILO_LOGGING_EXPORT std::string get_level_name(Level level);

/// The spdlog level that stands for `level`: the nearest that is not graver.
[[nodiscard]] HILO_LOGGING_EXPORT spdlog::level::level_enum to_spdlog(Level level) noexcept;

/// Python's number of an spdlog level; 5 for trace.
[[nodiscard]] HILO_LOGGING_EXPORT Level from_spdlog(spdlog::level::level_enum level) noexcept;

}  // namespace hilo::logging
