// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/queue/waiters.hpp"

namespace hilo::detail::queue {

/// One end of a queue: the back, where items are put, or the front, where they are got. Each is
/// moved under its lock and read by the other, so each has a cache line of its own.
struct alignas(64) End {
  explicit End(std::int64_t most_ahead) noexcept : limit(most_ahead) {}

  /// Whether this end may move: it may be ahead of the other by `limit`. Under this end's lock.
  [[nodiscard]] bool may_move(const End& other) noexcept {
    if (ahead_of(other_seen) < limit) return true;
    // acquire: what the other did to the storage stands before what the caller does.
    other_seen = other.count.load(std::memory_order_acquire);
    return ahead_of(other_seen) < limit;
  }
  /// The same for who only looks.
  [[nodiscard]] bool looks_movable(const End& other) const noexcept {
    return ahead_of(other.count.load(std::memory_order_relaxed)) < limit;
  }
  /// Under this end's lock.
  void move() noexcept {
    // release: what was done to the storage stands before what the other end's user does.
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  Lock lock{};
  std::atomic<bool> reserved{false};    ///< who has not slept yet must not move it
  std::atomic<std::uint64_t> count{0};  ///< how often it moved
  std::uint64_t other_seen = 0;         ///< the other's count when it was read last
  const std::int64_t limit;
  Waiters waiters;  ///< users of the other end, who wait for this one to move; under this lock

 private:
  [[nodiscard]] std::int64_t ahead_of(std::uint64_t other) const noexcept {
    return static_cast<std::int64_t>(count.load(std::memory_order_relaxed) - other);
  }
};

/// The slow path of a call that could not move its end: look a while, then sleep among the other
/// end's waiters.
///
/// Fair as PermitWait is (docs/design/sync.md): who was woken in vain and has waited a millisecond
/// reserves its end; nobody then moves it who has not slept.
class HILO_EXPORT Wait {
 public:
  /// `lock` guards `other`; `shut_down` is written under it.
  Wait(End& mine, End& other, Lock& lock, const std::atomic<bool>& shut_down,
       Deadline deadline) noexcept
      : mine_(mine), other_(other), lock_(lock), shut_down_(shut_down), deadline_(deadline) {}
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// Waits until it is worth trying again.
  /// Returns: false if time is up or a stop was requested.
  [[nodiscard]] bool pause();
  /// From any thread.
  void stop() noexcept { waiter_.stop(); }
  /// Whether it may move a reserved end.
  [[nodiscard]] bool has_slept() const noexcept { return slept_; }

 private:
  [[nodiscard]] bool worth_trying() const noexcept;
  void queue_up() noexcept;

  End& mine_;
  End& other_;
  Lock& lock_;
  const std::atomic<bool>& shut_down_;
  const Deadline deadline_;
  Waiter waiter_;
  std::int64_t since_ = 0;
  bool slept_ = false;
  bool reserved_ = false;
};

}  // namespace hilo::detail::queue
