// SPDX-License-Identifier: MIT
#include "logging/format_parser.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <utility>

#include "hilo/errors.hpp"

namespace hilo::detail {
namespace {

struct Row {
  std::string_view name;
  LogField field;
  LogKind kind;
};

constexpr std::array k_fields = {
    Row{"asctime", LogField::asctime, LogKind::text},
    Row{"created", LogField::created, LogKind::real},
    Row{"filename", LogField::file_name, LogKind::text},
    Row{"funcName", LogField::function_name, LogKind::text},
    Row{"levelname", LogField::level_name, LogKind::text},
    Row{"levelno", LogField::level_number, LogKind::integer},
    Row{"lineno", LogField::line_number, LogKind::integer},
    Row{"message", LogField::message, LogKind::text},
    Row{"module", LogField::module, LogKind::text},
    Row{"msecs", LogField::msecs, LogKind::real},
    Row{"name", LogField::name, LogKind::text},
    Row{"pathname", LogField::path_name, LogKind::text},
    Row{"process", LogField::process, LogKind::integer},
    Row{"processName", LogField::process_name, LogKind::text},
    Row{"relativeCreated", LogField::relative_created, LogKind::real},
    Row{"thread", LogField::thread, LogKind::integer},
    Row{"threadName", LogField::thread_name, LogKind::text},
};

// A longer line than this is a slip of the keyboard.
constexpr int k_widest = 9999;

std::string_view conversions_of(LogKind kind) noexcept {
  switch (kind) {
    case LogKind::integer:
      return "sdiufFeEgGxXo";
    case LogKind::real:
      return "sdiufFeEgG";
    default:
      return "s";
  }
}

}  // namespace

LogKind kind_of(LogField field) noexcept {
  return std::ranges::find(k_fields, field, &Row::field)->kind;
}

std::optional<FormatParser::Field> FormatParser::next() {
  for (;;) {
    const std::size_t length = std::min(rest_.find('%'), rest_.size());
    literal_ += rest_.substr(0, length);
    rest_.remove_prefix(length);
    field_ = rest_;
    if (!skip('%')) return std::nullopt;
    if (skip('%')) {
      literal_ += '%';
      continue;
    }
    if (!skip('(')) refuse("a percent sign that is meant as one is written %%");
    const std::size_t end = rest_.find(')');
    if (end == std::string_view::npos) refuse("its parenthesis does not close");
    const std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    const auto* const row = std::ranges::find(k_fields, name, &Row::name);
    if (row == k_fields.end()) refuse(fmt::format("there is no field '{}'", name));
    const LogSpec spec = read_spec();
    if (conversions_of(row->kind).find(spec.conversion) == std::string_view::npos) {
      refuse(fmt::format("'{}' cannot be printed as '{}'", name, spec.conversion));
    }
    return Field{row->field, spec};
  }
}

LogSpec FormatParser::read_spec() {
  LogSpec spec;
  for (;;) {
    if (skip('-')) {
      spec.left = true;
    } else if (skip('0')) {
      spec.zeros = true;
    } else if (skip('+')) {
      spec.sign = '+';
    } else if (skip(' ')) {
      if (spec.sign == '\0') spec.sign = ' ';
    } else {
      break;
    }
  }
  spec.width = static_cast<std::size_t>(read_number());
  if (skip('.')) spec.precision = read_number();
  if (rest_.empty()) refuse("its conversion, such as 's', is missing");
  spec.conversion = rest_.front();
  rest_.remove_prefix(1);
  return spec;
}

int FormatParser::read_number() {
  int number = 0;
  while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
    number = number * 10 + (rest_.front() - '0');
    if (number > k_widest) refuse(fmt::format("a width or precision above {}", k_widest));
    rest_.remove_prefix(1);
  }
  return number;
}

bool FormatParser::skip(char letter) noexcept {
  if (!rest_.starts_with(letter)) return false;
  rest_.remove_prefix(1);
  return true;
}

std::string FormatParser::take_literal() { return std::exchange(literal_, {}); }

void FormatParser::refuse(const std::string& why) const {
  // What was read of it, or up to its end if nothing was.
  const std::size_t read = field_.size() - rest_.size();
  throw ValueError(fmt::format("hilo: log format '{}', at '{}': {}", format_,
                               field_.substr(0, std::max<std::size_t>(read, 1)), why));
}

void FormatParser::refuse_without_fields() const {
  throw ValueError(fmt::format(
      "hilo: log format '{}' prints nothing of the record, as %(message)s would", format_));
}

}  // namespace hilo::detail
