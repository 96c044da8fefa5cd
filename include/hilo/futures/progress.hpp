// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <utility>

#include "hilo/detail/futures/progress_bar.hpp"

namespace hilo::futures {

/// Keyword arguments of progress().
struct ProgressOptions {
  /// How many items there will be; if not given, what the range says, if it knows.
  std::optional<std::size_t> total = {};
  /// Stands before the bar.
  std::string label = {};
};

/// What progress() returns: the items of a range, to be iterated over once. It stays where it is.
/// `Range` is an lvalue reference where the range is somebody else's.
template <std::ranges::input_range Range>
class Progress {
 public:
  class Iterator;

  Progress(Range&& range, ProgressOptions options)
      : range_(std::forward<Range>(range)),
        bar_(std::move(options.label), options.total ? options.total : length()) {}

  [[nodiscard]] Iterator begin() { return Iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  [[nodiscard]] std::optional<std::size_t> length() {
    if constexpr (std::ranges::sized_range<Range>) {
      return static_cast<std::size_t>(std::ranges::size(range_));
    } else if constexpr (requires {
                           { range_.length_hint() } -> std::same_as<std::optional<std::size_t>>;
                         }) {
      return range_.length_hint();
    } else {
      return std::nullopt;
    }
  }

  Range range_;
  detail::futures::ProgressBar bar_;  // goes first: its line ends before a range that waits
};

/// Moves as the range's own does, and counts an item when the loop is through with it.
template <std::ranges::input_range Range>
class Progress<Range>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = std::ranges::range_value_t<Range>;
  using difference_type = std::ranges::range_difference_t<Range>;

  explicit Iterator(Progress& progress)
      : progress_(&progress), at_(std::ranges::begin(progress.range_)) {}

  decltype(auto) operator*() const { return *at_; }
  Iterator& operator++() {
    progress_->bar_.advance();
    ++at_;
    return *this;
  }
  void operator++(int) { ++*this; }

  friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
    return iterator.at_end();
  }

 private:
  [[nodiscard]] bool at_end() const {
    if (at_ != std::ranges::end(progress_->range_)) return false;
    progress_->bar_.finish();
    return true;
  }

  Progress* progress_;
  std::ranges::iterator_t<Range> at_;
};

/// The range's items, with a progress bar on standard error while they are iterated over:
///
///     for (auto&& row : mp::pool::progress(pool.imap(draw, rows), {.label = "draw"})) save(row);
///
///     draw:  45% [#########             ] 450/1000, 37.5/s, 0:12, 0:14 left
///
/// Only a terminal shows it; elsewhere nothing is written. An item is asked for when the loop asks,
/// not before; errors pass through. The line ends with the range, or when the loop is left. It is
/// drawn when an item is done, at most ten times a second. What the loop itself prints on the same
/// terminal comes between.
///
/// Blocks:    as the range.
/// Throws:    what the range throws.
/// Python:    none; tqdm(iterable, total=...) is like it.
/// Safe from: one thread, as the range.
template <std::ranges::input_range Range>
[[nodiscard]] Progress<Range> progress(Range&& range, ProgressOptions options = {}) {
  return Progress<Range>(std::forward<Range>(range), std::move(options));
}

}  // namespace hilo::futures

namespace hilo::multiprocessing::pool {
using futures::progress;
using futures::ProgressOptions;
}  // namespace hilo::multiprocessing::pool
