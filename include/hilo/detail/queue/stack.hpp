// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include "hilo/detail/queue/cell.hpp"

namespace hilo::detail::queue {

/// Makes room for one more, with growth that costs little for each. Throws: std::bad_alloc.
template <class Cell>
void make_room(std::vector<Cell>& cells) {
  if (cells.size() == cells.capacity()) cells.reserve(cells.empty() ? 16 : 2 * cells.size());
}

/// Last in, first out.
template <class T>
class Stack {
 public:
  static constexpr bool k_two_locks = false;

  std::nullptr_t place_for(const T&) {
    make_room(cells_);
    return nullptr;
  }
  void put(std::nullptr_t, const Cell<T>& cell) noexcept { cells_.push_back(cell); }

  [[nodiscard]] Cell<T> take() noexcept {
    Cell<T> cell = cells_.back();
    cells_.pop_back();
    return cell;
  }
  [[nodiscard]] Cell<T> take_any() noexcept { return take(); }

 private:
  std::vector<Cell<T>> cells_;
};

}  // namespace hilo::detail::queue
