// SPDX-License-Identifier: MIT
#include "hilo/detail/queue/tasks.hpp"

#include "hilo/errors.hpp"

namespace hilo::detail::queue {

void Tasks::finish() {
  const Guard guard(done_.lock);
  if (!done_.may_move(back_)) throw ValueError("hilo: task_done was called too many times");
  done_.move();
  if (!unfinished()) done_.waiters.wake_all();
}

void Tasks::finish_dropped(std::uint64_t count) {
  const Guard guard(done_.lock);
  for (; count > 0 && done_.may_move(back_); --count) done_.move();
  if (!unfinished()) done_.waiters.wake_all();
}

bool Tasks::join(Deadline deadline) {
  Waiter waiter;
  for (bool first = true;; first = false) {
    {
      const Guard guard(done_.lock);
      if (!unfinished()) return true;
      if (deadline.passed()) return false;
      done_.waiters.add(waiter, !first);
    }
    (void)done_.waiters.sleep(waiter, done_.lock, deadline);
  }
}

}  // namespace hilo::detail::queue
