// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <stop_token>
#include <utility>

#include "hilo/detail/next_iterator.hpp"
#include "hilo/detail/program_end.hpp"
#include "hilo/detail/queue/engine.hpp"
#include "hilo/detail/queue/patience.hpp"

namespace hilo::detail::queue {

/// What Queue, LifoQueue and PriorityQueue offer. They differ in the order of the items only.
///
/// A `Patience` is true (wait for ever), false (do not wait) or a duration, on the monotonic clock;
/// zero and less do not wait.
///
/// Throws:    everything that waits: std::system_error if the system refuses to let it sleep. What
///            takes a duration: ValueError if that is not a number.
/// Safe from: any thread; not from a signal handler. An item's constructors and destructor may use
///            the queue, a comparison may not.
template <class T, class Order>
class Face {
 public:
  using value_type = T;

  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;

  /// Puts an item in.
  ///
  /// Blocks: until there is room, as `patience` says.
  /// Throws: ShutDown; Full if there was no room in time; std::bad_alloc; what T's copy throws. The
  ///         queue is as before then, and `item` still the caller's.
  /// Python: Queue.put(item, block=True, timeout=None); differs: a negative timeout is no error.
  void put(const T& item, Patience patience = true) {
    if (!try_put(item, patience)) throw hilo::queue::Full();
  }
  void put(T&& item, Patience patience = true) {
    if (!try_put(std::move(item), patience)) throw hilo::queue::Full();
  }
  void put_nowait(const T& item) { put(item, false); }
  void put_nowait(T&& item) { put(std::move(item), false); }

  /// As put().
  ///
  /// Returns: false if there was no room in time, or, given a token, when a stop was requested.
  /// Python:  none.
  [[nodiscard]] bool try_put(const T& item, Patience patience = false) {
    return engine_->put(item, patience.deadline());
  }
  [[nodiscard]] bool try_put(T&& item, Patience patience = false) {
    return engine_->put(std::move(item), patience.deadline());
  }
  [[nodiscard]] bool try_put(const T& item, const std::stop_token& stop, Patience patience = true) {
    return engine_->put(item, patience.deadline(), stop);
  }
  [[nodiscard]] bool try_put(T&& item, const std::stop_token& stop, Patience patience = true) {
    return engine_->put(std::move(item), patience.deadline(), stop);
  }

  /// Takes an item out.
  ///
  /// Blocks: until there is one, as `patience` says.
  /// Throws: Empty if there was none in time; ShutDown if there is none and will be none; what T's
  ///         copy throws, if its move can throw: the item stays in front then, even if that makes
  ///         the queue longer than maxsize().
  /// Python: Queue.get(block=True, timeout=None); differs: a negative timeout is no error.
  T get(Patience patience = true) { return engine_->template get<T>(patience.deadline()); }
  T get_nowait() { return get(false); }

  /// As get().
  ///
  /// Returns: nothing if there was no item in time, or, given a token, when a stop was requested:
  ///          `while (auto item = queue.try_get(stop))`.
  /// Python:  none.
  [[nodiscard]] std::optional<T> try_get(Patience patience = false) {
    return engine_->template get<std::optional<T>>(patience.deadline());
  }
  [[nodiscard]] std::optional<T> try_get(const std::stop_token& stop, Patience patience = true) {
    return engine_->template get<std::optional<T>>(patience.deadline(), stop);
  }

  /// For `for (auto item : queue)`: gets one after the other until the queue is shut down and
  /// empty. Several threads may do so: each item goes to one of them.
  ///
  /// Blocks: until there is an item: the iterator, when it is looked at or compared with end().
  /// Python: none.
  [[nodiscard]] NextIterator<Face> begin() noexcept { return NextIterator<Face>(*this); }
  [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

  /// Says that an item that was got is worked off.
  ///
  /// Throws: ValueError if this was said of every item that was put.
  void task_done() { engine_->tasks().finish(); }

  /// Waits until every item that was put is worked off.
  ///
  /// Returns: false if the time passed first.
  /// Python:  Queue.join(); differs: it can be given a timeout.
  bool join(Patience patience = true) { return engine_->tasks().join(patience.deadline()); }

  /// Refuses all further items, and lets all who wait go. What is in the queue can still be got;
  /// if `immediate`, it is dropped and counts as worked off. May be called again.
  ///
  /// Python: Queue.shutdown(immediate=False) of 3.13.
  void shutdown(bool immediate = false) { engine_->shutdown(immediate); }

  /// How many items there are; another thread may have changed that when it returns.
  [[nodiscard]] std::int64_t qsize() const noexcept { return engine_->size(); }
  [[nodiscard]] bool empty() const noexcept { return qsize() == 0; }
  [[nodiscard]] bool full() const noexcept { return maxsize() > 0 && qsize() >= maxsize(); }

  /// How many items there can be; 0 if there is no limit.
  [[nodiscard]] std::int64_t maxsize() const noexcept { return engine_->maxsize(); }

 protected:
  template <class... Args>
  explicit Face(std::int64_t maxsize, Args&&... args)
      : engine_(maxsize, std::forward<Args>(args)...) {}
  ~Face() = default;

 private:
  friend class NextIterator<Face>;
  std::optional<T> next() {
    try {
      return engine_->template get<std::optional<T>>(Deadline::never());
    } catch (const hilo::queue::ShutDown&) {
      return std::nullopt;
    }
  }

  LeftToDaemons<Engine<T, Order>> engine_;
};

}  // namespace hilo::detail::queue
