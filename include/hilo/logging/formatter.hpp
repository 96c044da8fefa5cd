// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/formatter.h>

#include <memory>
#include <string>

#include "hilo/detail/logging_export.hpp"

namespace hilo::detail {
class LogFormat;
}

namespace hilo::logging {

/// Lines as Python's logging prints them, from its format strings. It is spdlog's formatter, so any
/// sink takes it.
///
///     sink->set_formatter(std::make_unique<logging::Formatter>("%(asctime)s %(message)s"));
///
/// | field | is |
/// |---|---|
/// | name, levelname, levelno, message | of the record |
/// | threadName, thread | of the thread that logs: its name, its ident() |
/// | processName, process | of its process: name and id |
/// | asctime, created | when, by datefmt; in seconds since 1970 |
/// | msecs, relativeCreated | the milliseconds of that second; since logging began |
/// | pathname, filename, module, lineno, funcName | where the call stands |
///
/// Between `)` and the conversion (s; d, i, u; f, e, g; x, o; capitals) stand flags (`-`, `0`, `+`,
/// blank), width and precision, as in Python; widths count characters, not bytes. `%%` is a percent
/// sign.
///
/// Python:    logging.Formatter; differs: what it cannot print is refused at once, not at the first
///            record.
/// Safe from: any thread, one object for all.
class HILO_LOGGING_EXPORT Formatter : public spdlog::formatter {
 public:
  /// An empty format is "%(message)s", an empty datefmt Python's ISO date and time.
  ///
  /// Throws: ValueError that names the field, if it is unknown or malformed; or if a format has
  ///         none; or for a datefmt with a NUL in it or a result of many thousand characters.
  explicit Formatter(const std::string& format = "%(message)s", std::string datefmt = {});

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override;
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

 private:
  std::shared_ptr<const detail::LogFormat> format_;
};

}  // namespace hilo::logging
