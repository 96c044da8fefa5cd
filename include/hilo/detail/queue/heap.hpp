// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "hilo/detail/queue/cell.hpp"
#include "hilo/detail/queue/stack.hpp"

namespace hilo::detail::queue {

/// The least first: a binary heap. It compares first and moves afterwards, so a comparison that
/// throws changes nothing; the standard's heaps would lose an item.
template <class T, class Compare>
class Heap {
 public:
  static constexpr bool k_two_locks = false;

  explicit Heap(Compare compare) : compare_(std::move(compare)) {
    static_assert(std::predicate<Compare&, const T&, const T&>,
                  "the items of a PriorityQueue need operator<, or the queue a Compare for them");
  }

  /// Where `item` belongs: the last of its line of parents that it does not precede stays above.
  std::size_t place_for(const T& item) {
    make_room(cells_);
    std::size_t place = cells_.size();
    while (place > 0 && compare_(item, at(parent(place)))) place = parent(place);
    return place;
  }
  void put(std::size_t place, const Cell<T>& cell) noexcept {
    cells_.push_back({cell});
    for (std::size_t at = cells_.size() - 1; at != place; at = parent(at)) {
      cells_[at] = cells_[parent(at)];
    }
    cells_[place].cell = cell;
  }

  [[nodiscard]] Cell<T> take() {
    const std::size_t last = cells_.size() - 1;
    const std::size_t place = place_of_last(last);
    Cell<T> least = cells_[0].cell;
    // The way down to `place`, known by its number: below the leading one, each bit is a turn.
    for (int turn = std::bit_width(place + 1) - 2; turn >= 0; --turn) {
      const std::size_t to = ((place + 1) >> turn) - 1;
      cells_[parent(to)] = cells_[to];
    }
    cells_[place] = cells_[last];
    cells_.pop_back();
    return least;
  }
  [[nodiscard]] Cell<T> take_any() noexcept {
    Cell<T> last = cells_.back().cell;
    cells_.pop_back();
    return last;
  }

 private:
  /// Not a bare cell: a vector of bools has nothing in it to refer to.
  struct Held {
    Cell<T> cell;
  };

  static std::size_t parent(std::size_t at) noexcept { return (at - 1) / 2; }
  [[nodiscard]] const T& at(std::size_t place) const noexcept {
    return item_of<T>(cells_[place].cell);
  }

  /// Where the last item goes when the first has gone: down along the lesser children.
  std::size_t place_of_last(std::size_t last) {
    std::size_t place = 0;
    for (;;) {
      std::size_t child = 2 * place + 1;
      if (child >= last) return place;
      if (child + 1 < last && compare_(at(child + 1), at(child))) ++child;
      if (!compare_(at(child), at(last))) return place;
      place = child;
    }
  }

  std::vector<Held> cells_;
  [[no_unique_address]] Compare compare_;
};

}  // namespace hilo::detail::queue
