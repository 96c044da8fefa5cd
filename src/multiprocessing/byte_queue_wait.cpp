// SPDX-License-Identifier: MIT
#include "hilo/detail/queue/look.hpp"
#include "multiprocessing/byte_queue.hpp"

namespace hilo::detail::family {

bool ByteQueue::Wait::worth_trying() const noexcept {
  return queue_.looks_movable(mine_) || queue_.shut_down_.load(std::memory_order_relaxed) != 0;
}

bool ByteQueue::Wait::look() const noexcept {
  return queue::look_if_it_helps(mine_.vain_looks, [this] { return worth_trying(); });
}

bool ByteQueue::Wait::pause() {
  if (!looked_) {
    looked_ = true;
    if (deadline_.passed()) return false;
    if (look()) return true;
  }
  std::uint32_t heard = 0;
  {
    // The other end stands still now: if it moved before, this sees it; if it moves later, its
    // mover sees that somebody listens.
    const Hold hold(queue_, other_, deadline_);
    if (!hold) return false;
    if (worth_trying()) return true;
    if (deadline_.passed()) return false;
    heard = Bell(other_.bell).listen();
    if (stopped_.load()) return false;  // a stop from now on rings after that
  }
  slept_ = true;
  (void)sleeper_.sleep(other_.bell, heard, deadline_);
  return true;  // who was woken looks, even when out of time
}

void ByteQueue::Wait::stop() noexcept {
  stopped_.store(true);
  Bell(other_.bell).ring_for_all();
}

bool ByteQueue::would_wait() const {
  // relaxed: written once, and who gets looks again under the lock.
  return !looks_movable(front_) && shut_down_.load(std::memory_order_relaxed) == 0 &&
         !producers_are_gone();
}

bool ByteQueue::wait_for_item(Deadline deadline, const std::stop_token& stop) {
  if (!would_wait()) return true;
  Wait wait(*this, front_, back_, deadline);
  const std::stop_callback stopper(stop, [&wait]() noexcept { wait.stop(); });
  do {
    if (!wait.pause()) return false;
  } while (would_wait());
  return true;
}

ByteQueue::Wait::~Wait() {
  if (!slept_) return;
  // The ring that woke this one made others unheard who sleep.
  bool more = true;
  try {
    const Hold hold(queue_, other_, Deadline::poll());
    (void)Bell(other_.bell).listen();
    more = queue_.looks_movable(mine_);
  } catch (...) {  // the system refuses to let it wait for the lock; then others may look in vain
  }
  if (more) Bell(other_.bell).ring(1);
}

}  // namespace hilo::detail::family
