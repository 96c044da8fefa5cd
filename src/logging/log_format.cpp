// SPDX-License-Identifier: MIT
#include "logging/log_format.hpp"

#include <spdlog/details/os.h>
#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/logging/level.hpp"
#include "hilo/threading/functions.hpp"
#include "logging/conversion.hpp"
#include "logging/format_parser.hpp"
#include "logging/log_tree.hpp"
#include "logging/process_name.hpp"
#include "logging/record_note.hpp"
#include "logging/source_names.hpp"

namespace hilo::detail {
namespace {

using spdlog::details::log_msg;
using TimePoint = spdlog::log_clock::time_point;

// A longer time than this is a slip of the keyboard; or strftime says 0 for another reason.
constexpr std::size_t k_longest_time = 65'536;

std::int64_t milliseconds_of(TimePoint when) {
  using std::chrono::milliseconds;
  const auto since = std::chrono::floor<milliseconds>(when.time_since_epoch());
  return (since % std::chrono::seconds(1)).count();
}

double seconds_since_epoch(TimePoint when) {
  return std::chrono::duration<double>(when.time_since_epoch()).count();
}

std::string_view path_of(const log_msg& message) {
  return message.source.filename != nullptr ? message.source.filename : "(unknown file)";
}

std::string_view text_of_message(const log_msg& message) {
  const RecordNote* const note = RecordNote::find(message);
  return {message.payload.data(), note != nullptr ? note->text_size : message.payload.size()};
}

std::int64_t integer_of(LogField field, const log_msg& message) {
  switch (field) {
    case LogField::level_number:
      return static_cast<int>(level_of(message));
    case LogField::line_number:
      return message.source.line;
    case LogField::process:
      return spdlog::details::os::pid();
    // Not the message's: spdlog remembers it, also in a forked child, where it is another.
    default:
      return static_cast<std::int64_t>(threading::get_ident());
  }
}

double real_of(LogField field, const log_msg& message) {
  switch (field) {
    case LogField::created:
      return seconds_since_epoch(message.time);
    case LogField::msecs:
      return static_cast<double>(milliseconds_of(message.time));
    default:
      return std::chrono::duration<double, std::milli>(message.time - LogTree::get().start).count();
  }
}

}  // namespace

LogFormat::LogFormat(std::string_view format, std::string datefmt) : datefmt_(std::move(datefmt)) {
  if (datefmt_.find('\0') != std::string::npos) {
    throw ValueError("hilo: a datefmt cannot have a NUL in it");
  }
  if (!datefmt_.empty()) (void)asctime(spdlog::log_clock::now());  // refused now, if at all
  FormatParser parser(format.empty() ? "%(message)s" : format);
  while (auto field = parser.next()) {
    pieces_.push_back({parser.take_literal(), field->field, field->spec});
  }
  end_ = parser.take_literal();
  if (pieces_.empty()) parser.refuse_without_fields();
}

void LogFormat::render(const log_msg& message, spdlog::memory_buf_t& line) const {
  for (const Piece& piece : pieces_) {
    line.append(piece.before.data(), piece.before.data() + piece.before.size());
    if (piece.field == LogField::message) {  // by far the longest: no copy
      append_text(text_of_message(message), piece.spec, line);
      continue;
    }
    switch (kind_of(piece.field)) {
      case LogKind::text:
        append_text(text_of(piece.field, message), piece.spec, line);
        break;
      case LogKind::integer:
        append_integer(integer_of(piece.field, message), piece.spec, line);
        break;
      case LogKind::real:
        append_real(real_of(piece.field, message), piece.spec, line);
        break;
    }
  }
  line.append(end_.data(), end_.data() + end_.size());
}

std::string LogFormat::text_of(LogField field, const log_msg& message) const {
  switch (field) {
    case LogField::asctime:
      return asctime(message.time);
    case LogField::file_name:
      return std::string(file_name(path_of(message)));
    case LogField::function_name:
      return message.source.funcname != nullptr
                 ? std::string(function_name(message.source.funcname))
                 : "(unknown function)";
    case LogField::level_name:
      return logging::get_level_name(level_of(message));
    case LogField::module:
      return std::string(module_name(path_of(message)));
    case LogField::name:
      return {message.logger_name.data(), message.logger_name.size()};
    case LogField::path_name:
      return std::string(path_of(message));
    case LogField::process_name:
      return process_name();
    case LogField::thread_name:
      return threading::current_thread().name();
    default:
      return {};
  }
}

std::string LogFormat::asctime(TimePoint when) const {
  const std::time_t seconds =
      spdlog::log_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(when));
  // The blank tells an empty result from one that does not fit.
  const std::string format = (datefmt_.empty() ? "%Y-%m-%d %H:%M:%S" : datefmt_) + ' ';
  std::string text(format.size() + 64, '\0');
  {
    const std::scoped_lock guard(LogTree::get().mutex);
    const std::tm broken_down = spdlog::details::os::localtime(seconds);
    std::size_t size = 0;
    while ((size = std::strftime(text.data(), text.size(), format.c_str(), &broken_down)) == 0) {
      if (text.size() > k_longest_time) {
        throw ValueError(fmt::format("hilo: the time is too long with the datefmt '{}'", datefmt_));
      }
      text.resize(text.size() * 2);
    }
    text.resize(size - 1);
  }
  if (datefmt_.empty()) text += fmt::format(",{:03}", milliseconds_of(when));
  return text;
}

}  // namespace hilo::detail
