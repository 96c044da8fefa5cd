// SPDX-License-Identifier: MIT
#include "hilo/detail/sync/thread_id.hpp"

#include <atomic>

namespace hilo::detail::sync {
namespace {

std::uint32_t next_id() noexcept {
  static constinit std::atomic<std::uint32_t> last{0};
  std::uint32_t id = 0;
  // relaxed: the numbers only have to differ.
  while (id == 0) id = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return id;
}

}  // namespace

std::uint32_t thread_id() noexcept {
  static constinit thread_local std::uint32_t id = 0;
  if (id == 0) [[unlikely]]
    id = next_id();
  return id;
}

}  // namespace hilo::detail::sync
