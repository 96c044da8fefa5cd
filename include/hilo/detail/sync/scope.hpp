// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "hilo/detail/export.hpp"
#include "hilo/detail/sync/thread_id.hpp"

namespace hilo::detail::sync {

/// Whose threads use a state: those of one process, which live and die together, or those of many
/// processes, each of which can be killed at any instruction. A `reference` names memory that a
/// state grew by; it means the same to every user.
template <class S>
concept Scope = requires(std::size_t bytes, const void* state, std::uint64_t reference) {
  { S::k_shared } -> std::convertible_to<bool>;
  // The caller as an owner: not 0, below k_owner_died.
  { S::self() }
  noexcept->std::same_as<std::uint32_t>;
  // Whether this owner can never run again. Always true for k_owner_died.
  { S::died(std::uint32_t{}) }
  noexcept->std::same_as<bool>;
  // The calling thread within its process; not 0.
  { S::thread() }
  noexcept->std::same_as<std::uint32_t>;
  // Memory for `state` to grow by, all zero. Throws std::bad_alloc or std::system_error.
  { S::allocate(bytes, state) } -> std::same_as<std::uint64_t>;
  // Throws std::system_error if the memory cannot be seen from here.
  { S::resolve(reference) } -> std::same_as<void*>;
};

/// Gives back what a state grew by. Where such memory goes with the object that the state stands
/// in, the scope has no release().
template <Scope S>
void release_memory(std::uint64_t reference) noexcept {
  if constexpr (requires { S::release(reference); }) S::release(reference);
}

/// The scope of states that one process's threads share. Nobody dies alone here.
struct HILO_EXPORT ThreadScope {
  static constexpr bool k_shared = false;
  static constexpr std::uint32_t self() noexcept { return 1; }
  static constexpr bool died(std::uint32_t) noexcept { return false; }
  static std::uint32_t thread() noexcept { return thread_id(); }
  static std::uint64_t allocate(std::size_t bytes, const void* state);
  static void* resolve(std::uint64_t reference) noexcept;
  static void release(std::uint64_t reference) noexcept;
};

}  // namespace hilo::detail::sync
