// SPDX-License-Identifier: MIT
#include "hilo/detail/queue/bell.hpp"

#include <utility>

#include "os/park.hpp"

namespace hilo::detail::queue {

constinit std::atomic<Bell::Lent*> Bell::unused_{nullptr};

Bell::Lent* Bell::lend() {
  // The whole list, so that no bell can go and come back between a look and an exchange. A fork in
  // between loses these bells and nothing else.
  Lent* first = unused_.exchange(nullptr);
  if (first == nullptr) return new Lent;
  if (Lent* rest = std::exchange(first->next, nullptr); rest != nullptr) take_back(rest);
  return first;
}

void Bell::take_back(Lent* first) noexcept {
  Lent* last = first;
  while (last->next != nullptr) last = last->next;
  while (!unused_.compare_exchange_weak(last->next, first)) {
  }
}

void Bell::ring_one(Lent& lent) noexcept {
  std::uint32_t seen = lent.word.load();
  while ((seen & k_heard) != 0) {
    if (lent.word.compare_exchange_weak(seen, (seen + k_one_ring) & ~k_heard)) {
      os::unpark(lent.word, 1, os::ParkScope::in_process);
      return;
    }
  }
}

void Bell::ring_for_all() const noexcept {
  lent_->word.fetch_add(k_one_ring);
  os::unpark(lent_->word, os::k_everybody, os::ParkScope::in_process);
}

void Bell::sleep(std::uint32_t heard, Deadline deadline) const {
  os::park(lent_->word, heard, deadline, os::ParkScope::in_process);
}

}  // namespace hilo::detail::queue
