// SPDX-License-Identifier: MIT
#include "hilo/detail/futures/progress_bar.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <utility>

#include "futures/forks.hpp"
#include "futures/progress_line.hpp"
#include "os/terminal.hpp"

namespace hilo::detail::futures {
namespace {

constexpr std::chrono::milliseconds k_between_draws{100};

void show(const std::string& text) noexcept {
  // In one piece, whatever buffer the stream was given; a terminal that is gone is nobody's error.
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

ProgressBar::ProgressBar(std::string label, std::optional<std::size_t> total) noexcept
    : label_(std::move(label)),
      total_(total),
      start_(Clock::now()),
      next_(start_),
      generation_(fork_generation()),
      open_(os::terminal_width(stderr).has_value()) {
  if (open_) draw(start_);
}

void ProgressBar::step() noexcept {
  ++done_;
  const Clock::time_point now = Clock::now();
  if (now >= next_) draw(now);
}

void ProgressBar::finish() noexcept {
  if (!open_) return;
  draw(Clock::now());
  // A forked child has a copy of the bar, whose line is its parent's.
  if (open_) show("\n");
  open_ = false;
}

void ProgressBar::draw(Clock::time_point now) noexcept {
  const auto width = os::terminal_width(stderr);
  open_ = width.has_value() && generation_ == fork_generation();
  if (!open_) return;
  next_ = now + k_between_draws;
  try {
    // The last column stays free: there, some terminals go to the next line.
    const std::size_t room = *width - 1;
    show(fmt::format("\r{:<{}}", progress_line(label_, {done_, total_, now - start_}, room), room));
  } catch (const std::exception&) {
    // Without memory for a line there is none.
  }
}

}  // namespace hilo::detail::futures
