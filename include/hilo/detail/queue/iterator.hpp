// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/queue/errors.hpp"

namespace hilo::detail::queue {

/// Gets the items of a queue until that is shut down and empty. An item is moved out of it.
template <class Queue>
class ItemIterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = typename Queue::value_type;
  using difference_type = std::ptrdiff_t;

  explicit ItemIterator(Queue& queue) : queue_(&queue) { ++*this; }

  value_type&& operator*() const noexcept { return std::move(*item_); }
  ItemIterator& operator++() {
    item_.reset();
    try {
      item_ = queue_->try_get(true);
    } catch (const hilo::queue::ShutDown&) {  // the end
    } catch (const hilo::EOFError&) {         // another one, of queues between processes
    }
    return *this;
  }
  void operator++(int) { ++*this; }

  friend bool operator==(const ItemIterator& iterator, std::default_sentinel_t) noexcept {
    return !iterator.item_;
  }

 private:
  Queue* queue_;
  mutable std::optional<value_type> item_;
};

}  // namespace hilo::detail::queue
