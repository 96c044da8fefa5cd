// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>

#include "hilo/detail/program_end.hpp"
#include "hilo/detail/queue/patience.hpp"
#include "hilo/detail/queue/simple_engine.hpp"

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
  SimpleQueue(const SimpleQueue&) = delete;
  SimpleQueue& operator=(const SimpleQueue&) = delete;

  /// Puts an item in.
  ///
  /// Throws: std::bad_alloc; what T's copy throws. The queue is as before then.
  /// Python: SimpleQueue.put(item, block=True, timeout=None), which ignores the last two.
  void put(const T& item) { engine_->put(item); }
  void put(T&& item) { engine_->put(std::move(item)); }
  void put_nowait(const T& item) { engine_->put(item); }
  void put_nowait(T&& item) { engine_->put(std::move(item)); }

  /// Takes an item out.
  ///
  /// Blocks: until there is one, as `patience` says: true, false or a duration.
  /// Throws: Empty if there was none in time; what T's copy throws, if its move can throw: the item
  ///         is in front again then.
  /// Python: SimpleQueue.get(block=True, timeout=None); differs: a negative timeout is no error.
  T get(Patience patience = true) { return engine_->template get<T>(patience.deadline()); }
  T get_nowait() { return get(false); }

  /// As get().
  ///
  /// Returns: nothing if there was no item in time, or, given a token, when a stop was requested.
  /// Python:  none.
  [[nodiscard]] std::optional<T> try_get(Patience patience = false) {
    return engine_->template get<std::optional<T>>(patience.deadline());
  }
  [[nodiscard]] std::optional<T> try_get(const std::stop_token& stop, Patience patience = true) {
    return engine_->template get<std::optional<T>>(patience.deadline(), stop);
  }

  /// Makes memory for `count` items at once, so that puts make none until there are more.
  ///
  /// Throws: std::bad_alloc.
  /// Python: none.
  void reserve(std::int64_t count) {
    if (count > 0) engine_->reserve(static_cast<std::uint64_t>(count));
  }

  /// How many items there are; another thread may have changed that when it returns.
  [[nodiscard]] std::int64_t qsize() const noexcept { return engine_->size(); }
  [[nodiscard]] bool empty() const noexcept { return qsize() == 0; }

 private:
  detail::LeftToDaemons<detail::queue::SimpleEngine<T>> engine_;
};

}  // namespace hilo::queue
