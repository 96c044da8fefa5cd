// SPDX-License-Identifier: MIT
#include "hilo/logging/level.hpp"

#include <spdlog/fmt/fmt.h>

namespace hilo::logging {

std::string get_level_name(Level level) {
  switch (level) {
    case Level::notset:
      return "NOTSET";
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO";
    case Level::warning:
      return "WARNING";
    case Level::error:
      return "ERROR";
    case Level::critical:
      return "CRITICAL";
  }
  return fmt::format("Level {}", static_cast<int>(level));
}

spdlog::level::level_enum to_spdlog(Level level) noexcept {
  if (level < Level::debug) return spdlog::level::trace;
  if (level < Level::info) return spdlog::level::debug;
  if (level < Level::warning) return spdlog::level::info;
  if (level < Level::error) return spdlog::level::warn;
  if (level < Level::critical) return spdlog::level::err;
  return spdlog::level::critical;
}

Level from_spdlog(spdlog::level::level_enum level) noexcept {
  return level == spdlog::level::trace ? Level{5} : Level{10 * static_cast<int>(level)};
}

}  // namespace hilo::logging
