// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hilo::pickle::detail {

/// Takes the first code point off a UTF-8 text; nothing if it is damaged. Lone surrogates pass, as
/// Python's texts may hold them.
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
void append_utf8(std::string& text, char32_t code_point);
/// Whether Python's repr shows it as it is. Differs: what Unicode has not assigned is shown.
[[nodiscard]] bool is_printable(char32_t code_point) noexcept;

}  // namespace hilo::pickle::detail
