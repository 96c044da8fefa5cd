// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The texts of protocol 0, and the one codec that pickles of bytes go through below protocol 3.
namespace hilo::pickle::detail {

/// UTF-8 of Python's raw-unicode-escape: Latin-1 with \uXXXX and \UXXXXXXXX; nothing if damaged.
[[nodiscard]] std::optional<std::string> decode_raw_unicode(std::string_view line);
/// The str of Python 2 that a quoted literal stands for, if it is ASCII.
[[nodiscard]] std::optional<std::string> decode_literal(std::string_view line);
/// One byte for each code point; nothing if one is above 255.
[[nodiscard]] std::optional<std::string> encode_latin1(std::string_view text);
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

}  // namespace hilo::pickle::detail
