// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <tuple>
#include <utility>

namespace hilo::detail::futures {

/// The tuples of the n-th items of several ranges, as long as the shortest: read once.
template <std::ranges::input_range... Ranges>
class Zip {
  using Iterators = std::tuple<std::ranges::iterator_t<Ranges>...>;

 public:
  explicit Zip(Ranges... ranges) : ranges_(std::move(ranges)...) {}

  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = std::tuple<std::ranges::range_value_t<Ranges>...>;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(Zip& zip)
        : zip_(&zip),
          at_(std::apply([](auto&... range) { return Iterators(std::ranges::begin(range)...); },
                         zip.ranges_)) {}
    value_type operator*() const {
      return std::apply([](auto&... at) { return value_type(*at...); }, at_);
    }
    Iterator& operator++() {
      std::apply([](auto&... at) { (++at, ...); }, at_);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return iterator.at_end(std::index_sequence_for<Ranges...>());
    }

   private:
    template <std::size_t... index>
    [[nodiscard]] bool at_end(std::index_sequence<index...>) const {
      return ((std::get<index>(at_) == std::ranges::end(std::get<index>(zip_->ranges_))) || ...);
    }
    Zip* zip_;
    Iterators at_;
  };

  Iterator begin() { return Iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
  [[nodiscard]] std::size_t size() requires(std::ranges::sized_range<Ranges>&&...) {
    return std::apply(
        [](auto&... range) {
          return std::min({static_cast<std::size_t>(std::ranges::size(range))...});
        },
        ranges_);
  }

 private:
  std::tuple<Ranges...> ranges_;
};

}  // namespace hilo::detail::futures
