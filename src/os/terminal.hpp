// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>

/// Contract: whether a person looks at what a stream shows.
namespace hilo::os {

/// How many characters stand beside each other on the terminal that `stream` goes to.
///
/// Returns: nothing if it is no terminal; k_usual_width for one that does not tell.
[[nodiscard]] std::optional<std::size_t> terminal_width(std::FILE* stream) noexcept;

constexpr std::size_t k_usual_width = 80;

}  // namespace hilo::os
