// SPDX-License-Identifier: MIT
#include "hilo/detail/queue/bell.hpp"

#include "os/park.hpp"

namespace hilo::detail::queue {

void Bell::ring_one() noexcept {
  std::uint32_t seen = word_.load();
  while ((seen & k_heard) != 0) {
    if (word_.compare_exchange_weak(seen, (seen + k_one_ring) & ~k_heard)) {
      os::unpark(word_, 1, os::ParkScope::in_process);
      return;
    }
  }
}

void Bell::ring_for_all() noexcept {
  word_.fetch_add(k_one_ring);
  os::unpark(word_, os::k_everybody, os::ParkScope::in_process);
}

bool Bell::sleep(std::uint32_t heard, Deadline deadline) const {
  return os::park(word_, heard, deadline, os::ParkScope::in_process) == os::ParkResult::woken;
}

}  // namespace hilo::detail::queue
