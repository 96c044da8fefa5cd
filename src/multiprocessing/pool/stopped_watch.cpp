// SPDX-License-Identifier: MIT
#include "multiprocessing/pool/stopped_watch.hpp"

#include <mutex>
#include <vector>

#include "futures/forks.hpp"
#include "heap/section.hpp"

namespace hilo::detail::pool {
namespace {

struct Watches {
  std::mutex mutex;
  std::vector<const StoppedWatch*> all;
};

// Never destroyed.
Watches& watches() {
  static auto* const made = new Watches;
  return *made;
}

}  // namespace

StoppedWatch::StoppedWatch(int pid)
    : pid_(pid), generation_(futures::fork_generation()), sentinel_(os::open_sentinel(pid)) {
  const std::scoped_lock guard(watches().mutex);
  watches().all.push_back(this);
  family::hook_long_waits(&end_stopped);
}

StoppedWatch::~StoppedWatch() {
  if (generation_ != futures::fork_generation()) return;
  const std::scoped_lock guard(watches().mutex);
  std::erase(watches().all, this);
}

void StoppedWatch::end_stopped() {
  // In a forked child the mutex may be held for ever, and the workers are not its own.
  const std::unique_lock guard(watches().mutex, std::try_to_lock);
  if (!guard) return;
  for (const StoppedWatch* const watch : watches().all) {
    if (watch->generation_ == futures::fork_generation()) {
      watch->end_if_stopped();
    }
  }
}

}  // namespace hilo::detail::pool
