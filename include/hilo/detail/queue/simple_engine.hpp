// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/queue/bell.hpp"
#include "hilo/detail/queue/cell.hpp"
#include "hilo/detail/queue/chain.hpp"
#include "hilo/detail/queue/look.hpp"
#include "hilo/queue/errors.hpp"

namespace hilo::detail::queue {

/// What SimpleQueue is made of (docs/design/queue.md): a chain of items, a bell that wakes those
/// who wait for one, and the items that were got in vain.
template <class T>
class SimpleEngine {
 public:
  SimpleEngine() = default;
  ~SimpleEngine() {
    for (Place place; take(place);) {
      if constexpr (!k_bare<T>) NodePointer<T>(place.item).reset();
    }
  }
  SimpleEngine(const SimpleEngine&) = delete;
  SimpleEngine& operator=(const SimpleEngine&) = delete;

  /// Throws: std::bad_alloc; what T's copy throws. The item then is still the caller's.
  template <class Item>
  void put(Item&& item) {
    Parcel<T> parcel(std::forward<Item>(item));
    const auto rope = bell_.rope();
    chain_.put(parcel);
    rope.ring();  // who got the item may have ended the queue
  }

  /// Returns: as Engine::get().
  template <class Result>
  Result get(Deadline deadline, const std::stop_token& stop = {}) {
    Place place;
    if (take(place) || wait_and_take(place, deadline, stop)) {
      return unpack<Result, T>(place.item, [this](auto* node) { give_back(node); });
    }
    if constexpr (std::is_same_v<Result, T>) {
      throw hilo::queue::Empty();
    } else {
      return std::nullopt;
    }
  }

  /// Throws: std::bad_alloc.
  void reserve(std::uint64_t count) { chain_.reserve(count); }

  [[nodiscard]] std::int64_t size() const noexcept { return chain_.size() + returned_count_; }

 private:
  using Place = Room<Cell<T>>;

  bool take(Place& place) {
    const Guard guard(chain_.lock);
    if constexpr (!k_bare<T>) {
      if (!returned_.empty()) {
        place.item = returned_.pop();
        --returned_count_;
        return true;
      }
    }
    if (!chain_.ready()) return false;
    std::construct_at(&place.item, chain_.take());
    return true;
  }

  bool wait_and_take(Place& place, Deadline deadline, const std::stop_token& stop) {
    if (deadline.passed()) return false;
    if (look_a_while([this] { return size() != 0; }) && take(place)) return true;
    const std::stop_callback stopper(stop, [this]() noexcept { bell_.ring_for_all(); });
    for (;;) {
      const std::uint32_t heard = bell_.listen();
      if (take(place)) {
        if (size() != 0) bell_.rope().ring();
        return true;
      }
      if (deadline.passed() || stop.stop_requested()) return false;
      bell_.sleep(heard, deadline);
    }
  }

  void give_back(Node<T>* node) {
    {
      const Guard guard(chain_.lock);
      returned_.push(node);
      ++returned_count_;
    }
    bell_.rope().ring();
  }

  Chain<T> chain_;
  Bell bell_;
  Returned<T> returned_;  ///< under the chain's lock
  std::atomic<std::int64_t> returned_count_{0};
};

}  // namespace hilo::detail::queue
