// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "hilo/detail/export.hpp"

namespace hilo::detail::futures {

/// How many workers a crew has (docs/design/pool.md).
struct Staffing {
  int most = 1;
  int least = 0;  ///< they are started with the crew, and do not end; others come as there is work
  std::optional<std::chrono::nanoseconds> idle_time = {};  ///< after which those others end

  /// How many there are once it is warm.
  [[nodiscard]] int warm() const noexcept { return idle_time ? least : most; }
};

/// `least` as the options say, or `usual_least`; none of them if only an idle time is given.
///
/// Throws: ValueError.
[[nodiscard]] HILO_EXPORT Staffing make_staffing(int most, std::optional<int> least,
                                                 std::optional<std::chrono::nanoseconds> idle_time,
                                                 int usual_least);

}  // namespace hilo::detail::futures
