// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/common.h>
#include <spdlog/details/log_msg.h>

#include <string>
#include <string_view>
#include <vector>

namespace hilo::detail {

/// What a record can be asked for.
enum class LogField {
  asctime,
  created,
  file_name,
  function_name,
  level_name,
  level_number,
  line_number,
  message,
  module,
  msecs,
  name,
  path_name,
  process,
  process_name,
  relative_created,
  thread,
  thread_name,
};

/// How one field is printed: what stands between the parenthesis and the end of "%(name)-10s".
struct LogSpec {
  bool left = false;
  bool zeros = false;
  char sign = '\0';  // '+' or ' ' before what is not negative
  std::size_t width = 0;
  int precision = -1;
  char conversion = 's';
};

/// A format string of Python's, taken apart once. Does not change any more.
class LogFormat {
 public:
  /// Throws: ValueError; see logging::Formatter.
  LogFormat(std::string_view format, std::string datefmt);

  /// Appends one record, without what describes its exception, and without an end of line.
  void render(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) const;

 private:
  struct Piece {
    std::string before;  // literal text
    LogField field;
    LogSpec spec;
  };

  [[nodiscard]] std::string text_of(LogField field, const spdlog::details::log_msg& message) const;
  [[nodiscard]] std::string asctime(spdlog::log_clock::time_point when) const;

  std::vector<Piece> pieces_;
  std::string end_;
  std::string datefmt_;
};

}  // namespace hilo::detail
