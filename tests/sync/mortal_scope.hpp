// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>

#include "hilo/detail/sync/barrier.hpp"
#include "hilo/detail/sync/bounded_semaphore.hpp"
#include "hilo/detail/sync/condition.hpp"
#include "hilo/detail/sync/event.hpp"
#include "hilo/detail/sync/permit.hpp"
#include "hilo/detail/sync/semaphore.hpp"
#include "hilo/detail/sync/thread_id.hpp"

namespace hilo::test {

/// A shared scope within one process: each thread plays the process whose number it has taken, and
/// a test says which of them have died. It takes no signal to see what the living do then.
struct MortalScope {
  static constexpr bool k_shared = true;
  /// The dead do nothing more: a thread whose process was killed stands still here until a test's
  /// end revives it.
  static std::uint32_t self() noexcept {
    g_dead[tl_self].wait(true);
    return tl_self;
  }
  static bool died(std::uint32_t owner) noexcept {
    return owner == 0 || owner >= k_processes || g_dead[owner].load();
  }
  static std::uint32_t thread() noexcept { return detail::sync::thread_id(); }
  static std::uint64_t allocate(std::size_t bytes, const void* state) {
    return detail::sync::ThreadScope::allocate(bytes, state);
  }
  static void* resolve(std::uint64_t reference) noexcept {
    return detail::sync::ThreadScope::resolve(reference);
  }
  static void release(std::uint64_t reference) noexcept {
    detail::sync::ThreadScope::release(reference);
  }

  static constexpr std::uint32_t k_processes = 64;
  static inline thread_local std::uint32_t tl_self = 1;
  static inline std::array<std::atomic<bool>, k_processes> g_dead{};
};

/// Does `work()` as process `number`, which lives on.
template <class Work>
auto as_process(std::uint32_t number, Work&& work) {
  MortalScope::g_dead[number] = false;
  const std::uint32_t before = std::exchange(MortalScope::tl_self, number);
  struct Restore {
    std::uint32_t before;
    ~Restore() { MortalScope::tl_self = before; }
  } restore{before};
  return work();
}

inline void kill_process(std::uint32_t number) { MortalScope::g_dead[number] = true; }

inline void revive_process(std::uint32_t number) {
  MortalScope::g_dead[number] = false;
  MortalScope::g_dead[number].notify_all();
}

/// A thread that is process `number`.
template <class Work>
std::thread start_process(std::uint32_t number, Work work) {
  MortalScope::g_dead[number] = false;
  return std::thread([number, work = std::move(work)] { as_process(number, work); });
}

}  // namespace hilo::test

namespace hilo::detail::sync {

extern template class Lock<test::MortalScope>;
extern template class RLock<test::MortalScope>;
extern template class Semaphore<test::MortalScope>;
extern template class BoundedSemaphore<test::MortalScope>;
extern template class Condition<test::MortalScope>;
extern template class Event<test::MortalScope>;
extern template class Barrier<test::MortalScope>;

}  // namespace hilo::detail::sync
