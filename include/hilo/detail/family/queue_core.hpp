// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "hilo/detail/family/byte_queue.hpp"
#include "hilo/detail/family/queue_item.hpp"
#include "hilo/detail/family/shared_state.hpp"
#include "hilo/detail/queue/patience.hpp"
#include "hilo/queue/errors.hpp"

namespace hilo::multiprocessing {
template <class T>
class Producer;
namespace connection {
class Waitable;
}  // namespace connection
}  // namespace hilo::multiprocessing

namespace hilo::detail::family {

[[noreturn]] HILO_EXPORT void refuse_closed_queue();

/// What all queues between processes offer.
///
/// An item is turned into bytes in put(), by the caller: an error appears there, and what happens
/// to the object later is not seen by others. When put() has returned, the item is safe: it does
/// not matter any more what becomes of the process. Who is killed loses at most the item that it
/// was putting or getting just then, and nobody waits for it. `T` is what marshal can write;
/// numbers, strings, vectors of numbers and the like are copied once on each side.
///
/// A `Patience` is true (wait for ever), false (do not wait) or a duration, on the monotonic clock;
/// zero and less do not wait. The duration covers everything.
///
/// Throws:    all: ValueError if this handle was closed, or for a duration that is not a number;
///            std::system_error if there is no memory or the system refuses to let it sleep.
/// Safe from: any thread of any process of the family; not from a signal handler.
template <class T>
class QueueCore : public SharedState<ByteQueue> {
 public:
  using value_type = T;
  using Patience = queue::Patience;
  using SharedState::SharedState;

  /// Puts an item in.
  ///
  /// Blocks: until there is room, as `patience` says.
  /// Throws: ShutDown; Full if there was no room in time; PicklingError. The queue is as before
  ///         then.
  /// Python: Queue.put(obj, block=True, timeout=None); differs: serialises at once.
  void put(const T& item, Patience patience = true) const {
    if (!try_put(item, patience)) throw hilo::queue::Full();
  }
  /// As put().
  ///
  /// Returns: false if there was no room in time, or, given a token, when a stop was requested.
  /// Python:  none.
  [[nodiscard]] bool try_put(const T& item, Patience patience = false) const {
    return try_put(item, std::stop_token(), patience);
  }
  [[nodiscard]] bool try_put(const T& item, const std::stop_token& stop,
                             Patience patience = true) const {
    require_open();
    return put_item(item, this->object(), [&](std::span<const std::byte> bytes) {
      return this->state().put(bytes, patience.deadline(), stop);
    });
  }

  /// Takes an item out.
  ///
  /// Blocks: until there is one, as `patience` says.
  /// Throws: Empty if there was none in time; ShutDown if there is none and will be none; EOFError
  ///         if there is none and the last Producer is gone; what the constructors of T throw, and
  ///         the item is lost then.
  /// Python: Queue.get(block=True, timeout=None).
  T get(Patience patience = true) const {
    Received item;
    receive(item, patience);
    return take_item<T>(item, this->object());
  }
  /// As get().
  ///
  /// Returns: nothing if there was no item in time, or, given a token, when a stop was requested:
  ///          `while (auto item = queue.try_get(stop))`.
  /// Python:  none.
  [[nodiscard]] std::optional<T> try_get(Patience patience = false) const {
    return try_get(std::stop_token(), patience);
  }
  [[nodiscard]] std::optional<T> try_get(const std::stop_token& stop,
                                         Patience patience = true) const {
    require_open();
    Received item;
    if (!this->state().get(item, patience.deadline(), stop)) return std::nullopt;
    return take_item<T>(item, this->object());
  }

  /// Whether there is no item; another process may have changed that when it returns.
  [[nodiscard]] bool empty() const noexcept { return this->state().size() == 0; }

  /// From now on this handle refuses to put and to get. Others are not touched, and what was put
  /// stays.
  ///
  /// Python: Queue.close().
  void close() noexcept { closed_ = true; }

 protected:
  explicit QueueCore(std::int64_t maxsize, bool joinable = false) {
    this->state().start_with(maxsize, joinable);
  }

  void require_open() const {
    if (closed_) [[unlikely]]
      refuse_closed_queue();
  }
  /// Takes out what there is and forgets it.
  void drop_all() const {
    Received item;
    try {
      for (; this->state().get(item, Deadline::poll(), {}); this->state().finish_dropped()) {
        // What it names in the family's memory is let go of by who reads it.
        if constexpr (!PackedItem<T> && !BufferItem<T>) read_and_forget(item);
      }
    } catch (const hilo::queue::ShutDown&) {  // so nothing is left
    }
  }
  void receive(Received& item, Patience patience) const {
    require_open();
    if (!this->state().get(item, patience.deadline(), {})) throw hilo::queue::Empty();
  }

 private:
  template <class>
  friend class multiprocessing::Producer;
  friend class multiprocessing::connection::Waitable;
  [[nodiscard]] ByteQueue& open_state() const {
    require_open();
    return this->state();
  }
  void read_and_forget(Received& item) const noexcept {
    try {
      (void)take_item<T>(item, this->object());
    } catch (...) {  // whoever got it would have been told; those behind it go all the same
    }
  }
  void producer_left() const noexcept { this->state().producer_left(); }

  bool closed_ = false;
};

}  // namespace hilo::detail::family
