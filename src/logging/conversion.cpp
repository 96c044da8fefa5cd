// SPDX-License-Identifier: MIT
#include "logging/conversion.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "logging/characters.hpp"

namespace hilo::detail {
namespace {

void append_padded(std::string_view text, const LogSpec& spec, spdlog::memory_buf_t& line) {
  const std::size_t missing = spec.width - std::min(spec.width, count_characters(text));
  if (!spec.left) append_blanks(missing, line);
  line.append(text.data(), text.data() + text.size());
  if (spec.left) append_blanks(missing, line);
}

// `digits` are those of a number without its sign.
void append_number(bool negative, std::string digits, const LogSpec& spec,
                   spdlog::memory_buf_t& line) {
  std::string sign;
  if (negative) {
    sign = "-";
  } else if (spec.sign != '\0') {
    sign = spec.sign;
  }
  if (spec.zeros && !spec.left && sign.size() + digits.size() < spec.width) {
    digits.insert(0, spec.width - sign.size() - digits.size(), '0');
  }
  append_padded(sign + digits, spec, line);
}

std::string digits_of(std::uint64_t value, char conversion) {
  switch (conversion) {
    case 'x':
      return fmt::format("{:x}", value);
    case 'X':
      return fmt::format("{:X}", value);
    case 'o':
      return fmt::format("{:o}", value);
    default:
      return fmt::format("{}", value);
  }
}

std::string digits_of(double value, char conversion, int precision) {
  switch (conversion) {
    case 'e':
      return fmt::format("{:.{}e}", value, precision);
    case 'E':
      return fmt::format("{:.{}E}", value, precision);
    case 'g':
      return fmt::format("{:.{}g}", value, precision);
    case 'G':
      return fmt::format("{:.{}G}", value, precision);
    default:
      return fmt::format("{:.{}f}", value, precision);
  }
}

}  // namespace

void append_text(std::string_view text, const LogSpec& spec, spdlog::memory_buf_t& line) {
  if (spec.precision >= 0) {
    text = first_characters(text, static_cast<std::size_t>(spec.precision));
  }
  append_padded(text, spec, line);
}

void append_integer(std::int64_t value, const LogSpec& spec, spdlog::memory_buf_t& line) {
  const bool negative = value < 0;
  switch (spec.conversion) {
    case 's':
      return append_text(fmt::format("{}", value), spec, line);
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o': {
      const auto bits = static_cast<std::uint64_t>(value);
      std::string digits = digits_of(negative ? 0 - bits : bits, spec.conversion);
      const auto least = static_cast<std::size_t>(std::max(spec.precision, 0));
      if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
      return append_number(negative, std::move(digits), spec, line);
    }
    default:
      return append_real(static_cast<double>(value), spec, line);
  }
}

void append_real(double value, const LogSpec& spec, spdlog::memory_buf_t& line) {
  switch (spec.conversion) {
    case 's': {  // as repr() has it: the shortest that reads back the same, never like an integer
      std::string text = fmt::format("{}", value);
      if (text.find_first_of(".en") == std::string::npos) text += ".0";
      return append_text(text, spec, line);
    }
    case 'd':
    case 'i':
    case 'u':
      return append_integer(static_cast<std::int64_t>(value), spec, line);
    default:
      return append_number(
          std::signbit(value),
          digits_of(std::abs(value), spec.conversion, spec.precision < 0 ? 6 : spec.precision),
          spec, line);
  }
}

}  // namespace hilo::detail
