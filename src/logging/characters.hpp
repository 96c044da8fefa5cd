// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/common.h>

#include <cstddef>
#include <string_view>

/// Python pads and cuts characters, not bytes: UTF-8, as far as that asks.
namespace hilo::detail {

/// Whether a character begins with this byte; anything that is not UTF-8 counts byte by byte.
[[nodiscard]] constexpr bool begins_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

[[nodiscard]] constexpr std::size_t count_characters(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char byte : text) count += begins_character(byte) ? 1 : 0;
  return count;
}

/// The first `count` characters of `text`, or all of it.
[[nodiscard]] constexpr std::string_view first_characters(std::string_view text,
                                                          std::size_t count) noexcept {
  std::size_t size = 0;
  while (size < text.size() && (!begins_character(text[size]) || count-- > 0)) ++size;
  return text.substr(0, size);
}

inline void append_blanks(std::size_t count, spdlog::memory_buf_t& line) {
  for (; count > 0; --count) line.push_back(' ');
}

}  // namespace hilo::detail
