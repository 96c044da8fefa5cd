// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "hilo/detail/logging_export.hpp"
#include "hilo/logging/level.hpp"
#include "hilo/logging/logger.hpp"

namespace hilo::logging {

/// Keyword arguments of basic_config.
struct BasicConfig {
  /// The root logger's; left as it is (warning at first) if not given.
  std::optional<Level> level = {};
  /// As Formatter takes it.
  std::string format = "%(levelname)s:%(name)s:%(message)s";
  /// For strftime; Python's ISO date and time if empty.
  std::string datefmt = {};
  /// A file to write to in place of a stream: "a" appends to it, "w" empties it first.
  std::string filename = {};
  std::string filemode = "a";
  /// Standard error if null.
  std::FILE* stream = nullptr;
  /// Sinks to write to in place of a stream; they get the format.
  std::vector<Handler> handlers = {};
  /// Takes the root's handlers away first, instead of doing nothing if it has some.
  bool force = false;
};

/// Gives the root logger a handler, a format and a level. Does nothing if it has a handler already.
///
///     logging::basic_config({.level = logging::Level::debug,
///                            .format = "[%(levelname)s] - %(threadName)-10s : %(message)s"});
///
/// Throws: ValueError for a format that Formatter refuses, another filemode, a null handler, or
/// more
///         than one of filename, stream and handlers; std::system_error if the file cannot be
///         opened. Nothing changed then.
/// Python: logging.basicConfig; differs: all handlers given get the format.
HILO_LOGGING_EXPORT void basic_config(const BasicConfig& config = {});

}  // namespace hilo::logging
