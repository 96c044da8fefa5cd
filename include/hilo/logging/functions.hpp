// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "hilo/detail/log_message.hpp"
#include "hilo/detail/logging_export.hpp"
#include "hilo/logging/level.hpp"
#include "hilo/logging/logger.hpp"

namespace hilo::detail {

/// The root logger, after basic_config() if it had no handler.
[[nodiscard]] HILO_LOGGING_EXPORT logging::Logger configured_root() noexcept;

}  // namespace hilo::detail

/// Logger's calls, on the root logger; if that has no handler yet, basic_config() gives it one.
namespace hilo::logging {

template <class... Args>
void log(Level level, detail::LogMessageFor<Args...> message, Args&&... args) {
  detail::configured_root().log(level, message, std::forward<Args>(args)...);
}

template <class... Args>
void debug(detail::LogMessageFor<Args...> message, Args&&... args) {
  detail::configured_root().debug(message, std::forward<Args>(args)...);
}

template <class... Args>
void info(detail::LogMessageFor<Args...> message, Args&&... args) {
  detail::configured_root().info(message, std::forward<Args>(args)...);
}

template <class... Args>
void warning(detail::LogMessageFor<Args...> message, Args&&... args) {
  detail::configured_root().warning(message, std::forward<Args>(args)...);
}

template <class... Args>
void error(detail::LogMessageFor<Args...> message, Args&&... args) {
  detail::configured_root().error(message, std::forward<Args>(args)...);
}

template <class... Args>
void critical(detail::LogMessageFor<Args...> message, Args&&... args) {
  detail::configured_root().critical(message, std::forward<Args>(args)...);
}

/// An error, followed by type and text of the exception that is being handled.
template <class... Args>
void exception(detail::LogMessageFor<Args...> message, Args&&... args) {
  detail::configured_root().exception(message, std::forward<Args>(args)...);
}

}  // namespace hilo::logging
