// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <span>
#include <type_traits>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/family/queue_core.hpp"
#include "hilo/multiprocessing/connection.hpp"
#include "hilo/multiprocessing/listener.hpp"
#include "hilo/multiprocessing/process.hpp"

namespace hilo::multiprocessing::connection {

/// A queue between processes.
template <class Q>
concept WaitableQueue = std::derived_from<Q, detail::family::QueueCore<typename Q::value_type>>;

/// Something that wait() waits for; it refers to it, and has it no longer than that.
class Waitable {
 public:
  Waitable(const Connection& connection)  // NOLINT(google-explicit-constructor): of an argument
      : kind_(Kind::connection), object_(&connection) {}
  Waitable(const Listener& listener)  // NOLINT(google-explicit-constructor)
      : kind_(Kind::listener), object_(&listener) {}
  Waitable(const Process& process)  // NOLINT(google-explicit-constructor)
      : kind_(Kind::process), object_(&process) {}
  /// A descriptor: of a sentinel, a socket, or anything else that poll() knows.
  Waitable(int descriptor) noexcept  // NOLINT(google-explicit-constructor)
      : kind_(Kind::descriptor), descriptor_(descriptor) {}
  template <WaitableQueue Q>
  Waitable(const Q& queue)  // NOLINT(google-explicit-constructor)
      : kind_(Kind::queue),
        object_(&queue),
        queue_([](const void* object) -> detail::family::ByteQueue& {
          const detail::family::QueueCore<typename Q::value_type>& handle =
              *static_cast<const Q*>(object);
          return handle.open_state();
        }) {}

  /// Whether both refer to the same object: `ready.front() == connection`.
  friend bool operator==(const Waitable& a, const Waitable& b) noexcept {
    return a.object_ == b.object_ && a.descriptor_ == b.descriptor_;
  }

 private:
  friend class WaitableAccess;
  enum class Kind { connection, listener, process, descriptor, queue };
  Kind kind_;
  const void* object_ = nullptr;
  int descriptor_ = -1;
  detail::family::ByteQueue& (*queue_)(const void*) = nullptr;
};

/// Waits until one of the objects is ready: a connection has something to receive, or its peer has
/// gone; a process has ended; a listener has a client; a get() from a queue would not wait; a
/// descriptor is readable. Nothing is taken: where others get from the same queue, try_get().
///
///     for (auto& ready : wait({connection, worker, queue}, 10s))
///       if (ready == worker) ...
///
/// Blocks:  at most `patience`. For each queue among them a thread sleeps meanwhile, if it takes
///          longer than half a millisecond: a queue is no file.
/// Returns: those that are ready, in their order; none if the time is up, or if there are no
///          objects.
/// Throws:  std::system_error, with EBADF if a descriptor is not open; ValueError if one of them is
///          closed; RuntimeError for a connection that cannot receive, or another's process.
/// Python:  multiprocessing.connection.wait; differs: queues.
[[nodiscard]] HILO_EXPORT std::vector<Waitable> wait(std::initializer_list<Waitable> objects,
                                                     Patience patience = true);
[[nodiscard]] HILO_EXPORT std::vector<Waitable> wait(std::span<const Waitable> objects,
                                                     Patience patience = true);

}  // namespace hilo::multiprocessing::connection

namespace hilo::detail::connection {

/// The places of those that are ready.
[[nodiscard]] HILO_EXPORT std::vector<std::size_t> wait_for(
    std::span<const multiprocessing::connection::Waitable> objects,
    multiprocessing::connection::Patience patience);

template <class T>
T* address_of(T& object) {
  return std::addressof(object);
}
template <class T>
T* address_of(T* pointer) {
  return pointer;
}

}  // namespace hilo::detail::connection

namespace hilo::multiprocessing::connection {

/// The same for a range of objects of one kind, or of pointers to them.
///
///     for (Connection* ready : wait(connections)) handle(ready->recv<Job>());
///
/// Returns: pointers to those that are ready.
template <std::ranges::forward_range R>
requires(!std::same_as<std::ranges::range_value_t<R>, Waitable> &&
         !std::same_as<std::ranges::range_value_t<R>, int> &&
         std::is_lvalue_reference_v<std::ranges::range_reference_t<R>>)
    [[nodiscard]] auto wait(R&& objects, Patience patience = true) {
  std::vector<decltype(detail::connection::address_of(*std::ranges::begin(objects)))> pointers;
  std::vector<Waitable> all;
  for (auto& object : objects) {
    pointers.push_back(detail::connection::address_of(object));
    all.push_back(Waitable(*pointers.back()));
  }
  auto ready = pointers;
  ready.clear();
  for (const std::size_t place : detail::connection::wait_for(all, patience)) {
    ready.push_back(pointers[place]);
  }
  return ready;
}

}  // namespace hilo::multiprocessing::connection

namespace hilo::multiprocessing {
using connection::wait;
}  // namespace hilo::multiprocessing
