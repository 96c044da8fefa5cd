// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "hilo/detail/family/queue_item.hpp"

namespace hilo::multiprocessing {

/// An item of a queue, used where it stands: the elements of a vector or string in the family's
/// memory, which go back there when this is destroyed. They are the holder's alone, to be changed
/// too. A forked child must not use what its parent borrowed.
///
///     for (const double x : queue.borrow()) sum += x;
///
/// Python: none.
template <class T>
class Borrowed {
 public:
  using element_type = hilo::detail::family::BufferElementOf<T>;

  [[nodiscard]] std::span<element_type> span() const noexcept {
    return hilo::detail::family::elements_of<T>(*item_);
  }
  operator std::span<element_type>() const noexcept { return span(); }        // NOLINT: it is one
  operator std::span<const element_type>() const noexcept { return span(); }  // NOLINT
  [[nodiscard]] element_type* data() const noexcept { return span().data(); }
  [[nodiscard]] std::size_t size() const noexcept { return span().size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] element_type* begin() const noexcept { return data(); }
  [[nodiscard]] element_type* end() const noexcept { return data() + size(); }
  [[nodiscard]] element_type& operator[](std::size_t index) const noexcept { return data()[index]; }

 private:
  template <class>
  friend class Queue;
  explicit Borrowed(std::unique_ptr<hilo::detail::family::Received> item) noexcept
      : item_(std::move(item)) {}

  std::unique_ptr<hilo::detail::family::Received> item_;
};

}  // namespace hilo::multiprocessing
