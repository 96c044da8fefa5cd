// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace hilo::detail {

/// Goes through what `source.next()` gives, until that is nothing. It asks for an item when it is
/// looked at or compared with the end, not before, so who needs no further item takes none. An item
/// is moved out of it, unless `Reference` is an lvalue's.
template <class Source, class Reference = typename Source::value_type&&>
class NextIterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = typename Source::value_type;
  using difference_type = std::ptrdiff_t;

  explicit NextIterator(Source& source) noexcept : source_(&source) {}

  Reference operator*() const {
    (void)has_item();
    return static_cast<Reference>(*item_);
  }
  NextIterator& operator++() {
    (void)has_item();
    item_.reset();
    return *this;
  }
  void operator++(int) { ++*this; }

  friend bool operator==(const NextIterator& iterator, std::default_sentinel_t) {
    return !iterator.has_item();
  }

 private:
  bool has_item() const {
    if (!item_) {
      if (std::optional<value_type> next = source_->next()) item_.emplace(std::move(*next));
    }
    return item_.has_value();
  }

  Source* source_;
  mutable std::optional<value_type> item_;
};

}  // namespace hilo::detail
