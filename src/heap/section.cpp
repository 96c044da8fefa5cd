// SPDX-License-Identifier: MIT
#include "heap/section.hpp"

#include <atomic>

#include "heap/heap.hpp"
#include "heap/layout.hpp"
#include "heap/objects.hpp"

namespace hilo::detail::family {
namespace {

constinit thread_local int t_depth = 0;
constinit std::atomic<void (*)()> g_long_wait{nullptr};

void acquire() {
  for (;;) {
    // relaxed: what it does does not depend on anything written before it was set.
    void (*const hook)() = g_long_wait.load(std::memory_order_relaxed);
    if (header().lock.acquire(hook != nullptr ? Deadline::after(k_long_wait) : Deadline::never())) {
      return;
    }
    hook();
  }
}

}  // namespace

void hook_long_waits(void (*hook)()) noexcept { g_long_wait.store(hook); }

void call_long_wait_hook() noexcept {
  if (void (*const hook)() = g_long_wait.load()) hook();
}

Section::Section() {
  if (t_depth == 0) {
    acquire();
    if (header().lock.recovered()) {
      mend_heap();
      mend_objects();
    }
  }
  ++t_depth;
}

Section::~Section() {
  if (--t_depth == 0) header().lock.release();
}

}  // namespace hilo::detail::family
