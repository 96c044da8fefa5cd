// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "hilo/detail/export.hpp"

namespace hilo::detail::sync {

/// Is told what threads do with the locks of their process, while somebody looks for a mistake:
/// HILO_DEBUG=locks (docs/design/lock_watch.md). A lock is known by its address.
class HILO_EXPORT LockWatch {
 public:
  /// A lock is made where another may have stood.
  virtual void made(const void* lock) noexcept = 0;
  /// The caller is about to sleep for it; for as long as patience() it sleeps without a word.
  virtual void waits(const void* lock) noexcept = 0;
  virtual void still_waits(const void* lock) noexcept = 0;
  virtual void gave_up(const void* lock) noexcept = 0;
  /// `ordered`: it would have waited, so that the order of what it holds matters.
  virtual void took(const void* lock, bool ordered) noexcept = 0;
  virtual void releases(const void* lock) noexcept = 0;
  [[nodiscard]] virtual std::int64_t patience() const noexcept = 0;

 protected:
  ~LockWatch() = default;
};

/// Null unless the environment asks for it. Set once, before main().
extern HILO_EXPORT constinit std::atomic<LockWatch*> g_lock_watch;

[[nodiscard]] inline LockWatch* lock_watch() noexcept {
  // relaxed: the pointer is written before there are other threads.
  return g_lock_watch.load(std::memory_order_relaxed);
}

constexpr void tell_of_new_lock(const void* lock) noexcept {
  if (std::is_constant_evaluated()) return;
  if (LockWatch* const watch = lock_watch()) [[unlikely]]
    watch->made(lock);
}

}  // namespace hilo::detail::sync
