// SPDX-License-Identifier: MIT
#include "pickle/escapes.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "pickle/text.hpp"

namespace hilo::pickle::detail {
namespace {

/// The number that exactly `count` digits at the front are, which are taken off.
std::optional<char32_t> take_digits(std::string_view& text, std::size_t count, int base) {
  std::uint32_t value = 0;
  const std::string_view digits = text.substr(0, count);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.size() < count || parsed.ec != std::errc() ||
      parsed.ptr != digits.data() + digits.size())
    return std::nullopt;
  text.remove_prefix(count);
  return value;
}

std::optional<char> take_escape(std::string_view& text) {
  const char letter = text.front();
  if (letter >= '0' && letter <= '7') {
    std::size_t count = 1;
    while (count < 3 && count < text.size() && text[count] >= '0' && text[count] <= '7') ++count;
    return static_cast<char>(*take_digits(text, count, 8));
  }
  text.remove_prefix(1);
  switch (letter) {
    case 'x': {
      const auto value = take_digits(text, 2, 16);
      return value ? std::optional<char>(static_cast<char>(*value)) : std::nullopt;
    }
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case '\\':
    case '\'':
    case '"':
      return letter;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> decode_raw_unicode(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    const char letter = line.front();
    const char next = letter == '\\' && line.size() > 1 ? line[1] : '\0';
    if (next == 'u' || next == 'U') {
      line.remove_prefix(2);
      const auto code_point = take_digits(line, next == 'u' ? 4 : 8, 16);
      if (!code_point || *code_point > 0x10ffff) return std::nullopt;
      append_utf8(text, *code_point);
      continue;
    }
    append_utf8(text, static_cast<unsigned char>(letter));
    line.remove_prefix(1);
    // Of two backslashes neither escapes what follows.
    if (next != '\0') {
      append_utf8(text, static_cast<unsigned char>(next));
      line.remove_prefix(1);
    }
  }
  return text;
}

std::optional<std::string> decode_literal(std::string_view line) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\r' || c == '\t'; };
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  if (line.size() < 2 || line.front() != line.back()) return std::nullopt;
  if (line.front() != '\'' && line.front() != '"') return std::nullopt;
  line = line.substr(1, line.size() - 2);
  std::string text;
  while (!line.empty()) {
    const char letter = line.front();
    line.remove_prefix(1);
    if (letter != '\\') {
      text += letter;
      continue;
    }
    if (line.empty()) return std::nullopt;
    const auto escaped = take_escape(line);
    if (!escaped) return std::nullopt;
    text += *escaped;
  }
  if (!is_ascii(text)) return std::nullopt;
  return text;
}

std::optional<std::string> encode_latin1(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point || *code_point > 0xff) return std::nullopt;
    bytes += static_cast<char>(*code_point);
  }
  return bytes;
}

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace hilo::pickle::detail
