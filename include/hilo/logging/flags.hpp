// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/pattern_formatter.h>

#include <ctime>
#include <memory>

#include "hilo/detail/logging_export.hpp"

namespace hilo::logging {

/// For spdlog's own patterns: a flag that prints the name of the thread that logs.
///
///     auto formatter = std::make_unique<spdlog::pattern_formatter>();
///     formatter->add_flag<logging::ThreadNameFlag>('N').set_pattern("[%-10N] %v");
class HILO_LOGGING_EXPORT ThreadNameFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& time,
              spdlog::memory_buf_t& line) override;
  [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override;
};

/// The same for the name of its process.
class HILO_LOGGING_EXPORT ProcessNameFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& time,
              spdlog::memory_buf_t& line) override;
  [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override;
};

}  // namespace hilo::logging
