// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "hilo/detail/family/queue_core.hpp"
#include "hilo/detail/next_iterator.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing/borrowed.hpp"
#include "hilo/multiprocessing/producer.hpp"
#include "hilo/queue/errors.hpp"

namespace hilo::multiprocessing {

/// Hands items from processes to processes, first in, first out.
///
/// A handle: a copy is the same queue, also in another process; it can itself be an item.
///
///     mp::Queue<std::string> queue(100);
///     mp::Process worker([](mp::Queue<std::string> in) { for (auto item : in) work_on(item); },
///                        queue);
///     worker.start();
///     queue.put("a");
///     queue.shutdown();  // the worker's loop ends
///
/// Python: multiprocessing.Queue; differs: no thread feeds it, so a process may end, be joined or
///         be killed with items in it; shutdown() as queue.Queue has it.
template <class T>
class Queue : public detail::family::QueueCore<T> {
 public:
  using Patience = detail::queue::Patience;
  using detail::family::QueueCore<T>::QueueCore;

  /// Holds up to `maxsize` items; as many as memory does if that is 0 or less.
  /// Throws: std::system_error if there is no memory.
  Queue() : Queue(0) {}
  explicit Queue(std::int64_t maxsize) : detail::family::QueueCore<T>(maxsize) {}

  void put_nowait(const T& item) const { this->put(item, false); }
  T get_nowait() const { return this->get(false); }

  /// As get(), for vectors and strings of what is plain bytes, but without a copy of a large item.
  ///
  /// Python: none.
  [[nodiscard]] Borrowed<T> borrow(
      Patience patience = true) const requires detail::family::BufferItem<T> {
    auto item = std::make_unique<detail::family::Received>();
    this->receive(*item, patience);
    return Borrowed<T>(std::move(item));
  }

  /// For `for (auto item : queue)`: gets one after the other until the queue is shut down, or its
  /// last Producer is gone, and it is empty. Several may do so: each item goes to one of them.
  ///
  /// Blocks: until there is an item, here and in the iterator's ++.
  /// Python: none.
  [[nodiscard]] auto begin() const { return detail::NextIterator<const Queue>(*this); }
  [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

  /// A Producer of this queue: once there was one, who gets is told when all are gone.
  ///
  /// Throws: std::system_error if there is no memory.
  /// Python: none.
  [[nodiscard]] Producer<T> producer() const {
    this->require_open();
    return Producer<T>(*this, this->state().register_producer());
  }

  /// Refuses all further items, and lets all who wait go. What is in the queue can still be got;
  /// if `immediate`, it is dropped and counts as worked off. May be called again.
  ///
  /// Python: queue.Queue.shutdown(immediate=False) of 3.13.
  void shutdown(bool immediate = false) const {
    this->state().shutdown();
    if (immediate) this->drop_all();
  }

  /// How many items there are; another process may have changed that when it returns.
  [[nodiscard]] std::int64_t qsize() const noexcept { return this->state().size(); }
  [[nodiscard]] bool full() const noexcept { return maxsize() > 0 && qsize() >= maxsize(); }
  /// How many items there can be; 0 if there is no limit.
  [[nodiscard]] std::int64_t maxsize() const noexcept { return this->state().maxsize(); }

  /// Does nothing: no thread has items that the queue does not have.
  ///
  /// Python: Queue.join_thread().
  void join_thread() const noexcept {}
  /// Does nothing.
  ///
  /// Python: Queue.cancel_join_thread(); differs: nothing is lost by it.
  void cancel_join_thread() const noexcept {}

 protected:
  Queue(std::int64_t maxsize, bool joinable) : detail::family::QueueCore<T>(maxsize, joinable) {}

 private:
  friend class detail::NextIterator<const Queue>;

  std::optional<T> next() const {
    try {
      return this->get();
    } catch (const hilo::queue::ShutDown&) {
    } catch (const hilo::EOFError&) {
    }
    return std::nullopt;
  }
};

}  // namespace hilo::multiprocessing
