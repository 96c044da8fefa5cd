// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace hilo::detail {

/// Goes through what `source.next()` gives, until that is nothing.
template <class Source>
class NextIterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = typename Source::value_type;
  using difference_type = std::ptrdiff_t;

  explicit NextIterator(Source& source) : source_(&source), item_(source.next()) {}

  value_type&& operator*() const noexcept { return std::move(*item_); }
  NextIterator& operator++() {
    item_ = source_->next();
    return *this;
  }
  void operator++(int) { ++*this; }

  friend bool operator==(const NextIterator& iterator, std::default_sentinel_t) noexcept {
    return !iterator.item_;
  }

 private:
  Source* source_;
  mutable std::optional<value_type> item_;
};

}  // namespace hilo::detail
