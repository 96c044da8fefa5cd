// SPDX-License-Identifier: MIT
#include "hilo/detail/sync/scope.hpp"

#include <cstring>
#include <new>

#include "os/park.hpp"
#include "sync/algorithms.hpp"

namespace hilo::detail::sync {

// Within a process a pointer is reference enough.
std::uint64_t ThreadScope::allocate(std::size_t bytes, const void*) {
  return reinterpret_cast<std::uintptr_t>(std::memset(::operator new(bytes), 0, bytes));
}

void* ThreadScope::resolve(std::uint64_t reference) noexcept {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(reference));
}

void ThreadScope::release(std::uint64_t reference) noexcept {
  // The state dies with the program, and there may be daemons waiting on it.
  if (os::parks_are_hooked()) return;
  ::operator delete(resolve(reference));
}

HILO_DEFINE_SYNC(ThreadScope);

}  // namespace hilo::detail::sync
