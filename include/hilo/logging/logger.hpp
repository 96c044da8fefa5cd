// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/common.h>

#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "hilo/detail/log_message.hpp"
#include "hilo/detail/logging_export.hpp"
#include "hilo/logging/level.hpp"

namespace hilo::detail {
struct LoggerNode;
}

namespace hilo::logging {

/// Where records go: any spdlog sink. It brings its own formatter and level.
using Handler = spdlog::sink_ptr;

/// A named source of records, one of a tree: "db.pool" passes its records on to the handlers of
/// "db", and those on to the root's, and has their level unless it has its own.
///
/// A handle: a copy is the same logger, which lives until the program ends.
///
///     auto log = logging::get_logger("db.pool");
///     log.set_level(logging::Level::info);
///     log.warning("{} of {} connections in use", used, size);
///
/// A call without arguments prints its text as it is; with arguments it is a format string of fmt,
/// checked by the compiler. What goes wrong while a record is formatted or written is told on
/// standard error and does not reach the caller, as in Python.
///
/// Python:    logging.Logger; differs: {} in place of %s.
/// Safe from: any thread, also of a forked child; not from a signal handler.
class HILO_LOGGING_EXPORT Logger {
 public:
  [[nodiscard]] const std::string& name() const noexcept;

  /// Its own level; notset: as its parent.
  [[nodiscard]] Level level() const noexcept;
  void set_level(Level level) noexcept;
  /// Its own level, or the first that is set on the way to the root.
  [[nodiscard]] Level get_effective_level() const noexcept;
  /// Whether a record of this level goes anywhere.
  [[nodiscard]] bool is_enabled_for(Level level) const noexcept {
    return level >= get_effective_level();
  }

  /// Whether its records go to its parent's handlers too; they do unless told otherwise.
  [[nodiscard]] bool propagate() const noexcept;
  void set_propagate(bool propagate) noexcept;

  /// Adds a handler, unless it is there already. Throws: ValueError for null.
  void add_handler(Handler handler);
  void remove_handler(const Handler& handler);
  [[nodiscard]] std::vector<Handler> handlers() const;
  /// Whether a record would come to any handler, its own or inherited.
  [[nodiscard]] bool has_handlers() const;

  template <class... Args>
  void log(Level level, detail::LogMessageFor<Args...> message, Args&&... args) const {
    emit(level, false, message, args...);
  }
  template <class... Args>
  void debug(detail::LogMessageFor<Args...> message, Args&&... args) const {
    emit(Level::debug, false, message, args...);
  }
  template <class... Args>
  void info(detail::LogMessageFor<Args...> message, Args&&... args) const {
    emit(Level::info, false, message, args...);
  }
  template <class... Args>
  void warning(detail::LogMessageFor<Args...> message, Args&&... args) const {
    emit(Level::warning, false, message, args...);
  }
  template <class... Args>
  void error(detail::LogMessageFor<Args...> message, Args&&... args) const {
    emit(Level::error, false, message, args...);
  }
  template <class... Args>
  void critical(detail::LogMessageFor<Args...> message, Args&&... args) const {
    emit(Level::critical, false, message, args...);
  }
  /// An error, followed by type and text of the exception that is being handled.
  template <class... Args>
  void exception(detail::LogMessageFor<Args...> message, Args&&... args) const {
    emit(Level::error, true, message, args...);
  }

  /// Whether both are the same logger.
  friend bool operator==(const Logger& left, const Logger& right) noexcept = default;

 private:
  friend struct detail::LoggerNode;
  explicit Logger(detail::LoggerNode* node) noexcept : node_(node) {}

  template <class Message, class... Args>
  void emit(Level level, bool with_exception, const Message& message, Args&... args) const {
    if (!is_enabled_for(level)) return;
    if constexpr (sizeof...(Args) == 0) {
      write(level, with_exception, message.where(), message.text());
    } else {
      write(level, with_exception, message.where(), message.text(),
            spdlog::fmt_lib::make_format_args(args...));
    }
  }
  void write(Level level, bool with_exception, const std::source_location& where,
             spdlog::string_view_t text) const noexcept;
  void write(Level level, bool with_exception, const std::source_location& where,
             spdlog::string_view_t format, spdlog::fmt_lib::format_args args) const noexcept;

  detail::LoggerNode* node_;
};

/// The logger of this name, made if there is none; dots make the tree. Without a name: the root.
///
/// Throws: ValueError for a name of more than a thousand parts.
[[nodiscard]] HILO_LOGGING_EXPORT Logger get_logger(std::string_view name = "");

}  // namespace hilo::logging
