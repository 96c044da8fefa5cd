// SPDX-License-Identifier: MIT
#include "futures/progress_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace hilo::detail::futures {
namespace {

constexpr std::size_t k_widest_bar = 40;
constexpr std::size_t k_narrowest_bar = 5;

/// Characters of UTF-8, not bytes.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

/// 0:07, 1:02:03.
std::string clock(double seconds) {
  constexpr double k_longest = 9999 * 3600.0;  // beyond that an estimate is none
  const auto all = static_cast<unsigned long>(std::min(seconds, k_longest));
  const unsigned long hours = all / 3600;
  if (hours == 0) return fmt::format("{}:{:02}", all / 60, all % 60);
  return fmt::format("{}:{:02}:{:02}", hours, all / 60 % 60, all % 60);
}

std::string speed(double per_second) {
  if (per_second >= 100) return fmt::format("{:.0f}/s", per_second);
  if (per_second >= 1) return fmt::format("{:.1f}/s", per_second);
  return fmt::format("{:.1f} s each", 1 / per_second);
}

}  // namespace

std::string progress_line(const std::string& label, const ProgressState& state, std::size_t width) {
  const auto& [done, total, elapsed] = state;
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const bool begun = done > 0 && seconds > 0;

  std::string counts = total ? fmt::format("{}/{}", done, *total) : fmt::format("{}", done);
  if (begun) counts += ", " + speed(static_cast<double>(done) / seconds);
  counts += ", " + clock(seconds);
  if (begun && total && done < *total) {
    const auto missing = static_cast<double>(*total - done);
    counts += ", " + clock(seconds / static_cast<double>(done) * missing) + " left";
  }
  const std::string start = label.empty() ? "" : label + ": ";
  if (!total) return fmt::format("{:.{}}", start + counts, width);

  const double part =
      done >= *total ? 1.0 : static_cast<double>(done) / static_cast<double>(*total);
  const std::string percent = fmt::format("{:3.0f}% ", part * 100);
  const std::size_t other = columns(start) + columns(percent) + columns("[] ") + columns(counts);
  std::string bar;
  if (other + k_narrowest_bar <= width) {
    const std::size_t size = std::min(width - other, k_widest_bar);
    const auto full = static_cast<std::size_t>(part * static_cast<double>(size));
    bar = fmt::format("[{:<{}}] ", std::string(full, '#'), size);
  }
  return fmt::format("{:.{}}", start + percent + bar + counts, width);
}

}  // namespace hilo::detail::futures
