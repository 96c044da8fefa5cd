// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/queue/errors.hpp"

namespace hilo::detail::queue {

/// Gets the items of a queue until that is shut down and empty. It gets one when it is looked at or
/// compared with the end, not before, so who needs no further item takes none. An item is moved out
/// of it.
template <class Queue>
class ItemIterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = typename Queue::value_type;
  using difference_type = std::ptrdiff_t;

  explicit ItemIterator(Queue& queue) noexcept : queue_(&queue) {}

  value_type&& operator*() const {
    (void)has_item();
    return std::move(*item_);
  }
  ItemIterator& operator++() {
    (void)has_item();
    item_.reset();
    return *this;
  }
  void operator++(int) { ++*this; }

  friend bool operator==(const ItemIterator& iterator, std::default_sentinel_t) {
    return !iterator.has_item();
  }

 private:
  bool has_item() const {
    try {
      if (!item_) item_.emplace(queue_->get());
    } catch (const hilo::queue::ShutDown&) {  // the end
    } catch (const hilo::EOFError&) {         // another one, of queues between processes
    }
    return item_.has_value();
  }

  Queue* queue_;
  mutable std::optional<value_type> item_;
};

}  // namespace hilo::detail::queue
