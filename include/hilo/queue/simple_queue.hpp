// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "hilo/detail/queue/bell.hpp"
#include "hilo/detail/queue/cell.hpp"
#include "hilo/detail/queue/chain.hpp"
#include "hilo/detail/queue/look.hpp"
#include "hilo/detail/queue/patience.hpp"
#include "hilo/queue/errors.hpp"

namespace hilo::queue {

/// A queue without limit, tasks and shutdown, first in, first out, whose put() waits for nobody.
/// Its memory is that of the most items it ever held.
///
/// Throws:    what waits: std::system_error if the system refuses to let it sleep; ValueError for a
///            timeout that is not a number.
/// Safe from: any thread, also within an item's constructors and destructor. put() from a signal
///            handler too, where `T` is small and trivially copyable and reserve() made memory.
/// Python:    queue.SimpleQueue.
template <class T>
class SimpleQueue {
 public:
  using value_type = T;
  using Patience = detail::queue::Patience;

  SimpleQueue() = default;
  ~SimpleQueue() {
    for (Room room; take(room);) {
      if constexpr (!detail::queue::k_bare<T>) detail::queue::NodePointer<T>(room.item).reset();
    }
  }
  SimpleQueue(const SimpleQueue&) = delete;
  SimpleQueue& operator=(const SimpleQueue&) = delete;

  /// Puts an item in.
  ///
  /// Throws: std::bad_alloc; what T's copy throws. The queue is as before then.
  /// Python: SimpleQueue.put(item, block=True, timeout=None), which ignores the last two.
  void put(const T& item) { put_item(item); }
  void put(T&& item) { put_item(std::move(item)); }
  void put_nowait(const T& item) { put_item(item); }
  void put_nowait(T&& item) { put_item(std::move(item)); }

  /// Takes an item out.
  ///
  /// Blocks: until there is one, as `patience` says: true, false or a duration.
  /// Throws: Empty if there was none in time; what T's copy throws, if its move can throw: the item
  ///         is in front again then.
  /// Python: SimpleQueue.get(block=True, timeout=None); differs: a negative timeout is no error.
  T get(Patience patience = true) { return get_item<T>(patience.deadline(), {}); }
  T get_nowait() { return get(false); }

  /// As get().
  ///
  /// Returns: nothing if there was no item in time, or, given a token, when a stop was requested.
  /// Python:  none.
  [[nodiscard]] std::optional<T> try_get(Patience patience = false) {
    return get_item<std::optional<T>>(patience.deadline(), {});
  }
  [[nodiscard]] std::optional<T> try_get(const std::stop_token& stop, Patience patience = true) {
    return get_item<std::optional<T>>(patience.deadline(), stop);
  }

  /// Makes memory for `count` items at once, so that puts make none until there are more.
  ///
  /// Throws: std::bad_alloc.
  /// Python: none.
  void reserve(std::int64_t count) {
    if (count > 0) chain_.reserve(static_cast<std::uint64_t>(count));
  }

  /// How many items there are; another thread may have changed that when it returns.
  [[nodiscard]] std::int64_t qsize() const noexcept { return chain_.size() + returned_count_; }
  [[nodiscard]] bool empty() const noexcept { return qsize() == 0; }

 private:
  using Room = detail::queue::Room<detail::queue::Cell<T>>;

  template <class Item>
  void put_item(Item&& item) {
    detail::queue::Parcel<T> parcel(std::forward<Item>(item));
    const auto rope = bell_.rope();
    chain_.put(parcel);
    rope.ring();  // who got the item may have ended the queue
  }

  template <class Result>
  Result get_item(detail::Deadline deadline, const std::stop_token& stop) {
    Room room;
    if (take(room) || wait_and_take(room, deadline, stop)) {
      return detail::queue::unpack<Result, T>(room.item, [this](auto* node) { give_back(node); });
    }
    if constexpr (std::is_same_v<Result, T>) {
      throw Empty();
    } else {
      return std::nullopt;
    }
  }

  bool take(Room& room) {
    const detail::queue::Guard guard(chain_.lock);
    if constexpr (!detail::queue::k_bare<T>) {
      if (!returned_.empty()) {
        room.item = returned_.pop();
        --returned_count_;
        return true;
      }
    }
    if (!chain_.ready()) return false;
    std::construct_at(&room.item, chain_.take());
    return true;
  }

  bool wait_and_take(Room& room, detail::Deadline deadline, const std::stop_token& stop) {
    if (deadline.passed()) return false;
    if (detail::queue::look_a_while([this] { return !empty(); }) && take(room)) return true;
    const std::stop_callback stopper(stop, [this]() noexcept { bell_.ring_for_all(); });
    for (;;) {
      const std::uint32_t heard = bell_.listen();
      if (take(room)) {
        if (!empty()) bell_.rope().ring();
        return true;
      }
      if (deadline.passed() || stop.stop_requested()) return false;
      bell_.sleep(heard, deadline);
    }
  }

  void give_back(detail::queue::Node<T>* node) {
    {
      const detail::queue::Guard guard(chain_.lock);
      returned_.push(node);
      ++returned_count_;
    }
    bell_.rope().ring();
  }

  detail::queue::Chain<T> chain_;
  detail::queue::Bell bell_;
  detail::queue::Returned<T> returned_;  ///< under the chain's lock
  std::atomic<std::int64_t> returned_count_{0};
};

}  // namespace hilo::queue
