// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

/// Python's names of where a record was made, from what the compiler says.
namespace hilo::detail {

/// "src/app/main.cpp": "main.cpp".
[[nodiscard]] std::string_view file_name(std::string_view path) noexcept;

/// "src/app/main.cpp": "main".
[[nodiscard]] std::string_view module_name(std::string_view path) noexcept;

/// "std::vector<int> app::Pool<T>::take(int) [with T = int]": "take"; of any lambda: "<lambda>".
[[nodiscard]] std::string_view function_name(std::string_view signature) noexcept;

}  // namespace hilo::detail
