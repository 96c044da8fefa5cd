// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/// The permit word, which Lock, RLock and Semaphore are made of (docs/design/sync.md).
namespace hilo::detail::sync {

/// Somebody may sleep on the word.
constexpr std::uint32_t k_parked = 1U << 31;
/// Somebody has waited for too long: who does not wait yet must queue.
constexpr std::uint32_t k_starving = 1U << 30;
/// A lock: 0 if free, else its owner. A semaphore: how many permits are left.
constexpr std::uint32_t k_value_mask = k_starving - 1;

constexpr std::uint32_t permit_value(std::uint32_t word) noexcept { return word & k_value_mask; }

/// In place of the owner of a lock that was released while what it guards was unsound.
constexpr std::uint32_t k_owner_died = k_value_mask;

}  // namespace hilo::detail::sync
