// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "hilo/detail/export.hpp"
#include "hilo/detail/sync/thread_id.hpp"

namespace hilo::detail::family {

/// This process's member id; 0 while it belongs to no family. Changes in a forked child.
extern HILO_EXPORT constinit std::atomic<std::uint32_t> g_self;

/// Whether the member can never run again.
[[nodiscard]] HILO_EXPORT bool member_died(std::uint32_t id) noexcept;

/// The scope of states in the family's memory: their users are processes, which can die.
struct FamilyScope {
  static constexpr bool k_shared = true;
  // relaxed: written when this process joins, before any state of the family can be used.
  static std::uint32_t self() noexcept { return g_self.load(std::memory_order_relaxed); }
  static bool died(std::uint32_t owner) noexcept { return member_died(owner); }
  static std::uint32_t thread() noexcept { return sync::thread_id(); }
  /// A block that a state grew by: freed with the object in which the state stands.
  HILO_EXPORT static std::uint64_t allocate(std::size_t bytes, const void* state);
  HILO_EXPORT static void* resolve(std::uint64_t reference);
};

}  // namespace hilo::detail::family
