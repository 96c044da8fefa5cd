// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "hilo/detail/export.hpp"

namespace hilo::detail::futures {

/// One line of standard error that is drawn again and again, at most ten times a second; nothing
/// at all where that is no terminal. For one thread.
class HILO_EXPORT ProgressBar {
 public:
  ProgressBar(std::string label, std::optional<std::size_t> total) noexcept;
  ~ProgressBar() { finish(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// One more is done.
  void advance() noexcept {
    if (open_) step();
  }
  /// Draws it for the last time and ends the line.
  void finish() noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  void step() noexcept;
  void draw(Clock::time_point now) noexcept;

  std::string label_;
  std::optional<std::size_t> total_;
  std::size_t done_ = 0;
  Clock::time_point start_;
  Clock::time_point next_;
  unsigned generation_;
  bool open_;
};

}  // namespace hilo::detail::futures
