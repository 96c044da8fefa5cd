// SPDX-License-Identifier: MIT
#include "futures/forks.hpp"

#include <atomic>

#include "os/native_thread.hpp"

namespace hilo::detail::futures {
namespace {

constinit std::atomic<unsigned> g_generation{0};

void do_nothing() {}

}  // namespace

unsigned fork_generation() noexcept {
  static const bool hooked = [] {
    os::add_fork_hooks(&do_nothing, &do_nothing, [] { g_generation.fetch_add(1); });
    return true;
  }();
  static_cast<void>(hooked);
  return g_generation.load(std::memory_order_relaxed);
}

}  // namespace hilo::detail::futures
