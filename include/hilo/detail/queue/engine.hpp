// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "hilo/detail/queue/cell.hpp"
#include "hilo/detail/queue/end.hpp"
#include "hilo/detail/queue/tasks.hpp"
#include "hilo/queue/errors.hpp"

namespace hilo::detail::queue {

/// What Queue, LifoQueue and PriorityQueue have in common (docs/design/queue.md): two ends, an
/// order of the items in between, and the count of unfinished tasks. Of the user's code only
/// comparisons, and moves that cannot throw, run under a lock.
template <class T, class Order>
class Engine {
 public:
  template <class... Args>
  explicit Engine(std::int64_t maxsize, Args&&... args)
      : back_(maxsize > 0 ? maxsize : k_unbounded), order_(std::forward<Args>(args)...) {}
  ~Engine() {
    // Who got the last item may end the queue while the one that put it still has the lock.
    { const Guard guard(back_.lock); }
    drain();
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Returns: false if there was no room until `deadline` or a stop was requested.
  /// Throws:  ShutDown; std::bad_alloc; what T's copy or the comparison throws. The item then is
  ///          still the caller's.
  template <class Item>
  bool put(Item&& item, Deadline deadline, const std::stop_token& stop = {}) {
    Parcel<T> parcel(std::forward<Item>(item));
    return pass(back_, front_, deadline, stop, [&] {
      const auto place = order_.place_for(parcel.item());
      order_.put(place, parcel.hand_over());
    });
  }

  /// Returns: an item, as a std::optional: none if there was none until `deadline` or a stop was
  ///          requested; as a plain T, then it throws Empty.
  /// Throws:  ShutDown; what T's copy throws, if its move can throw, and the comparison. The item
  ///          then is in front again.
  template <class Result>
  Result get(Deadline deadline, const std::stop_token& stop = {}) {
    Room<Cell<T>> room;
    const bool got =
        pass(front_, back_, deadline, stop, [&] { std::construct_at(&room.item, take()); });
    if (got) return unpack<Result, T>(room.item, [this](auto* node) { give_back(node); });
    if constexpr (std::is_same_v<Result, T>) {
      throw hilo::queue::Empty();
    } else {
      return std::nullopt;
    }
  }

  void shutdown(bool immediate) {
    {
      const Guard back(back_.lock);
      std::optional<Guard> front;
      if constexpr (Order::k_two_locks) front.emplace(front_.lock);
      shut_down_.store(true, std::memory_order_relaxed);
      back_.waiters.wake_all();
      front_.waiters.wake_all();
    }
    if (immediate) tasks_.finish_dropped(drain());
  }

  [[nodiscard]] std::int64_t size() const noexcept {
    const std::uint64_t got = front_.count.load(std::memory_order_relaxed);
    const std::uint64_t put = back_.count.load(std::memory_order_relaxed);
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(put - got));
  }
  [[nodiscard]] std::int64_t maxsize() const noexcept {
    return back_.limit == k_unbounded ? 0 : back_.limit;
  }
  [[nodiscard]] Tasks& tasks() noexcept { return tasks_; }

 private:
  static constexpr std::int64_t k_unbounded = std::numeric_limits<std::int64_t>::max();
  enum class Passed { yes, no, shut_down };

  [[nodiscard]] Lock& lock_of(End& end) noexcept {
    return Order::k_two_locks ? end.lock : back_.lock;
  }

  /// Moves an end by one, with `act()` under its lock.
  template <class Act>
  Passed try_pass(End& mine, End& other, bool has_slept, Act& act) {
    Sleeper sleeper = nullptr;
    {
      const Guard guard(lock_of(mine));
      const bool movable = mine.may_move(other);
      // relaxed: written under this lock too.
      if ((!movable || &mine == &back_) && shut_down_.load(std::memory_order_relaxed)) {
        return Passed::shut_down;
      }
      // relaxed: a reservation that is not yet seen is one that came later.
      if (!movable || (!has_slept && mine.reserved.load(std::memory_order_relaxed))) {
        return Passed::no;
      }
      act();
      mine.move();
      sleeper = mine.waiters.pick();
    }
    if (sleeper != nullptr) wake_sleeper(sleeper);
    return Passed::yes;
  }

  /// Returns: false if the end could not be moved until `deadline` or a stop was requested.
  template <class Act>
  bool pass(End& mine, End& other, Deadline deadline, const std::stop_token& stop, Act&& act) {
    Passed passed = try_pass(mine, other, false, act);
    if (passed == Passed::no) {
      Wait wait(mine, other, lock_of(other), shut_down_, deadline);
      const std::stop_callback stopper(stop, [&wait]() noexcept { wait.stop(); });
      while (passed == Passed::no && wait.pause()) {
        try {
          passed = try_pass(mine, other, wait.has_slept(), act);
        } catch (...) {  // it may have been woken for what another can do
          wake_one_of(other);
          throw;
        }
      }
    }
    if (passed == Passed::shut_down) throw hilo::queue::ShutDown();
    return passed == Passed::yes;
  }

  Cell<T> take() {
    if constexpr (!k_bare<T>) {
      if (!returned_.empty()) return returned_.pop();
    }
    return order_.take();
  }
  /// The same for who drops the items: in whatever order, so that no comparison can throw.
  Cell<T> take_any() noexcept {
    if constexpr (!k_bare<T>) {
      if (!returned_.empty()) return returned_.pop();
    }
    return order_.take_any();
  }

  void give_back(Node<T>* node) {
    {
      const Guard guard(lock_of(front_));
      returned_.push(node);
      front_.count.store(front_.count.load(std::memory_order_relaxed) - 1,
                         std::memory_order_release);
    }
    // Who looked in vain before may have queued up since.
    wake_one_of(back_);
  }

  /// Wakes one of those who wait for `end` to move, without its moving.
  void wake_one_of(End& end) {
    Sleeper sleeper = nullptr;
    {
      const Guard guard(lock_of(end));
      sleeper = end.waiters.pick();
    }
    if (sleeper != nullptr) wake_sleeper(sleeper);
  }

  /// Returns: how many items it destroyed, one after the other and without a lock.
  std::uint64_t drain() {
    std::uint64_t count = 0;
    for (;; ++count) {
      Room<Cell<T>> room;
      auto act = [&] { std::construct_at(&room.item, take_any()); };
      if (try_pass(front_, back_, true, act) != Passed::yes) return count;
      if constexpr (!k_bare<T>) NodePointer<T>(room.item).reset();
    }
  }

  End back_;
  End front_{0};
  std::atomic<bool> shut_down_{false};  ///< written under both locks
  Returned<T> returned_;                ///< under the front's lock
  Tasks tasks_{back_};
  Order order_;
};

}  // namespace hilo::detail::queue
