// SPDX-License-Identifier: MIT
#include "hilo/threading/stack_size.hpp"

#include <fmt/format.h>

#include <atomic>

#include "hilo/errors.hpp"
#include "os/native_thread.hpp"

namespace hilo::threading {
namespace {

constexpr std::int64_t k_least = std::int64_t{32} * 1024;  // Python's limit

constinit std::atomic<std::size_t> g_stack_size{0};

}  // namespace

std::size_t stack_size(std::int64_t size) {
  const auto bytes = static_cast<std::size_t>(size);
  if (size != 0 && (size < k_least || !os::is_stack_size(bytes))) {
    throw ValueError(fmt::format("hilo: a thread's stack cannot have {} bytes", size));
  }
  return g_stack_size.exchange(bytes);
}

std::size_t stack_size() noexcept { return g_stack_size; }

}  // namespace hilo::threading
