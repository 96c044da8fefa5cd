// SPDX-License-Identifier: MIT
#include "pickle/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace hilo::pickle::detail {
namespace {

struct Range {
  char32_t first, last;
};

/// Unicode's controls, formats, separators, surrogates and private use.
constexpr Range k_unprintable[] = {
    {0x00, 0x1f},       {0x7f, 0xa0},        {0xad, 0xad},       {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},      {0x70f, 0x70f},     {0x890, 0x891},
    {0x8e2, 0x8e2},     {0x1680, 0x1680},    {0x180e, 0x180e},   {0x2000, 0x200f},
    {0x2028, 0x202f},   {0x205f, 0x206f},    {0x3000, 0x3000},   {0xd800, 0xf8ff},
    {0xfeff, 0xfeff},   {0xfff0, 0xfffb},    {0xfffe, 0xffff},   {0x110bd, 0x110bd},
    {0x110cd, 0x110cd}, {0x13430, 0x1343f},  {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff},
};

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) noexcept {
  const auto byte = [&text](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto is_more = [&byte](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const char32_t first = byte(0);
  std::size_t length = 0;
  char32_t least = 0;
  char32_t code_point = 0;
  if (text.empty()) return std::nullopt;
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  if ((first & 0xe0) == 0xc0) {
    length = 2, least = 0x80, code_point = first & 0x1f;
  } else if ((first & 0xf0) == 0xe0) {
    length = 3, least = 0x800, code_point = first & 0xf;
  } else if ((first & 0xf8) == 0xf0) {
    length = 4, least = 0x10000, code_point = first & 0x7;
  } else {
    return std::nullopt;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_more(i)) return std::nullopt;
    code_point = code_point << 6 | (byte(i) & 0x3f);
  }
  if (code_point < least || code_point > 0x10ffff) return std::nullopt;
  text.remove_prefix(length);
  return code_point;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    if (!take_code_point(text)) return false;
  }
  return true;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto append = [&text](char32_t byte) { text += static_cast<char>(byte); };
  const auto append_more = [&](int shift) { append(0x80 | ((code_point >> shift) & 0x3f)); };
  if (code_point < 0x80) {
    append(code_point);
  } else if (code_point < 0x800) {
    append(0xc0 | code_point >> 6);
    append_more(0);
  } else if (code_point < 0x10000) {
    append(0xe0 | code_point >> 12);
    append_more(6);
    append_more(0);
  } else {
    append(0xf0 | code_point >> 18);
    append_more(12);
    append_more(6);
    append_more(0);
  }
}

bool is_printable(char32_t code_point) noexcept {
  const auto* const range = std::ranges::lower_bound(k_unprintable, code_point, {}, &Range::last);
  return range == std::end(k_unprintable) || code_point < range->first;
}

}  // namespace hilo::pickle::detail
