// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace hilo::detail::futures {

/// Reads a range of any kind, also one that can be read once only, chunk by chunk.
template <std::ranges::input_range Range>
class ChunkSource {
 public:
  using Item = std::ranges::range_value_t<Range>;

  ChunkSource(Range range, std::size_t chunk) : range_(std::move(range)), chunk_(chunk) {}
  ChunkSource(const ChunkSource&) = delete;
  ChunkSource& operator=(const ChunkSource&) = delete;

  /// Reads no further than it must: an item that nobody wants yet may not be there yet.
  /// Returns: the next items; none at the end.
  std::vector<Item> next() {
    std::vector<Item> items;
    while (!over_ && items.size() < chunk_) {
      if (!at_) {
        at_.emplace(std::ranges::begin(range_));
      } else {
        ++*at_;
      }
      over_ = *at_ == std::ranges::end(range_);
      if (!over_) items.push_back(**at_);
    }
    return items;
  }

 private:
  Range range_;
  const std::size_t chunk_;
  std::optional<std::ranges::iterator_t<Range>> at_;  // none before the first item
  bool over_ = false;
};

}  // namespace hilo::detail::futures
