// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace hilo::detail::futures {

/// How far something is.
struct ProgressState {
  std::size_t done;
  std::optional<std::size_t> total;
  std::chrono::nanoseconds elapsed;
};

/// A line of at most `width` characters that says it: how much of the total, if that is known, how
/// fast, since when, and how long it will take if it goes on so.
[[nodiscard]] std::string progress_line(const std::string& label, const ProgressState& state,
                                        std::size_t width);

}  // namespace hilo::detail::futures
