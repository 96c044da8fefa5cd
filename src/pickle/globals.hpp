// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace hilo::pickle::detail {

/// What the unpickler makes of a call of the global.
enum class Call { exception, set, frozenset, bytes, bytearray, list, tuple, dict, encode };

/// A class or function of Python that may stand in a pickle; all others are refused.
struct Global {
  std::string_view module;
  std::string_view name;
  Call call;
};

/// The index of the global, which older Pythons and protocols call by other modules, too.
[[nodiscard]] std::optional<std::size_t> find_global(std::string_view module,
                                                     std::string_view name) noexcept;
[[nodiscard]] const Global& global_at(std::size_t index) noexcept;

/// Whether it is OSError or derived from it, whose first arguments are a number and a text.
[[nodiscard]] bool is_os_error(std::string_view module, std::string_view name) noexcept;

}  // namespace hilo::pickle::detail
