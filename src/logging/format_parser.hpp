// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logging/log_format.hpp"

namespace hilo::detail {

enum class LogKind { text, integer, real };

/// What a field's value is, which decides how it can be printed.
[[nodiscard]] LogKind kind_of(LogField field) noexcept;

/// Reads a format string of Python's, field by field.
class FormatParser {
 public:
  struct Field {
    LogField field;
    LogSpec spec;
  };

  explicit FormatParser(std::string_view format) noexcept : format_(format), rest_(format) {}

  /// The next field; nullopt at the end.
  /// Throws: ValueError that shows the field.
  std::optional<Field> next();

  /// The literal text read since the last call.
  [[nodiscard]] std::string take_literal();

  /// Throws: ValueError: a format that prints no field is a mistake, in Python too.
  [[noreturn]] void refuse_without_fields() const;

 private:
  LogSpec read_spec();
  int read_number();
  [[nodiscard]] bool skip(char letter) noexcept;
  /// `why` about the field that is being read.
  [[noreturn]] void refuse(const std::string& why) const;

  std::string_view format_;
  std::string_view rest_;
  std::string_view field_;  // from its percent sign to the end of the format
  std::string literal_;
};

}  // namespace hilo::detail
