// SPDX-License-Identifier: MIT
#include "hilo/detail/queue/end.hpp"
#include "hilo/detail/queue/look.hpp"
#include "sync/sleeper.hpp"
#include "trace/trace.hpp"

namespace hilo::detail::queue {
namespace {

/// Who has waited for longer reserves its end, in nanoseconds.
constexpr std::int64_t k_patience = 1'000'000;

}  // namespace

bool Wait::worth_trying() const noexcept {
  return shut_down_.load(std::memory_order_relaxed) ||
         (mine_.looks_movable(other_) &&
          (slept_ || !mine_.reserved.load(std::memory_order_relaxed)));
}

int look_limit() noexcept { return sync::spin_limit(); }

bool Wait::pause() {
  if (since_ == 0) {
    if (deadline_.passed()) return false;
    if (look_a_while([this] { return worth_trying(); })) return true;
    since_ = Deadline::now();
  }
  {
    const Guard guard(lock_);
    // The other end stands still now: if it moved before, this sees it; if it moves later, its
    // mover sees the waiter.
    if (worth_trying()) return true;
    if (deadline_.passed() || waiter_.stopped()) return false;
    queue_up();
  }
  trace::Wait traced(mine_.limit == 0 ? "Queue.get" : "Queue.put");
  traced.sleeps();
  slept_ = other_.waiters.sleep(waiter_, lock_, deadline_);
  // Who was woken looks, even when out of time: the wake-up was for an item or a place, and nobody
  // else was told of it.
  return slept_;
}

void Wait::queue_up() noexcept {
  if (slept_ && !mine_.reserved.load(std::memory_order_relaxed) &&
      Deadline::now() - since_ > k_patience) {
    mine_.reserved.store(true, std::memory_order_relaxed);
    reserved_ = true;
  }
  other_.waiters.add(waiter_, slept_);
}

Wait::~Wait() {
  if (!reserved_) return;
  const Guard guard(lock_);
  mine_.reserved.store(false, std::memory_order_relaxed);
  // Some may sleep only because of the reservation.
  other_.waiters.wake_all();
}

}  // namespace hilo::detail::queue
