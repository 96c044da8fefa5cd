// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/sinks/sink.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>

#include "hilo/detail/logging_export.hpp"
#include "hilo/logging/level.hpp"

namespace hilo::os {
class LineOutput;
}

namespace hilo::logging {

/// A sink that hands each line to the system in one piece, past the stream's buffer, which it
/// flushes first: lines of several threads and processes do not mix.
///
/// Lines of any length stay whole. A file or a terminal sees to that itself; at a pipe the writers,
/// threads and processes, take turns, and wait for who is stopped in the middle of a line.
///
/// No lock is held while it formats, and a child forked while another thread writes can log.
///
/// Python:    logging.StreamHandler.
/// Safe from: any thread.
class HILO_LOGGING_EXPORT StreamHandler : public spdlog::sinks::sink {
 public:
  /// The stream stays the caller's, and open; null is standard error. Prints the bare message until
  /// set_formatter().
  explicit StreamHandler(std::FILE* stream = stderr);
  ~StreamHandler() override;

  /// Lets through what has this number or a higher one. (spdlog's own loggers and sinks know its
  /// levels only.)
  void set_level(Level level) noexcept;
  void set_level(spdlog::level::level_enum level) noexcept;

  /// Throws: std::system_error if the line cannot be written, also to a pipe that nobody reads: no
  ///         SIGPIPE is raised.
  void log(const spdlog::details::log_msg& message) override;
  void flush() override {}
  void set_pattern(const std::string& pattern) override;
  /// A Formatter works for all threads at once; of any other kind each line takes a clone.
  ///
  /// Throws: ValueError for null.
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override;

 protected:
  explicit StreamHandler(std::unique_ptr<os::LineOutput> output);

 private:
  std::unique_ptr<os::LineOutput> output_;
  std::shared_ptr<spdlog::formatter> formatter_;  // guarded by the tree's mutex
  // What stands between two of spdlog's levels. Relaxed: it says something about itself alone.
  std::atomic<Level> threshold_{Level::notset};
};

/// A StreamHandler to a file of its own, which other processes may append to as well.
///
/// Python: logging.FileHandler.
class HILO_LOGGING_EXPORT FileHandler : public StreamHandler {
 public:
  /// Throws: ValueError for a mode other than "a" and "w"; std::system_error if the system refuses.
  explicit FileHandler(const std::string& filename, const std::string& mode = "a");
};

}  // namespace hilo::logging
