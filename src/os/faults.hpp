// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <string>

/// The seam over system calls: tests make a named call fail. Each call asks before it is made; that
/// costs one load when no test has armed anything.
namespace hilo::os {

namespace faults {
extern constinit std::atomic<bool> g_armed;
/// Counts the call; true, with errno set, if it is the one that shall fail.
[[nodiscard]] bool strike(const char* call) noexcept;
/// Whether any call may fail.
[[nodiscard]] inline bool armed() noexcept {
  // relaxed: a test arms before it calls what shall fail, in the same thread or one started later.
  return g_armed.load(std::memory_order_relaxed);
}

}  // namespace faults

/// Whether the call of this name shall fail now; errno is set then.
[[nodiscard]] inline bool fault(const char* call) noexcept {
  return faults::armed() && faults::strike(call);
}

/// While it lives, calls number `first` to `first + count - 1` of the name fail with `error`; of
/// several names, with blanks between them, they are counted together. One at a time. A forked
/// child inherits it.
class FaultGuard {
 public:
  explicit FaultGuard(const std::string& call, int error, int first = 1, int count = 1);
  ~FaultGuard();
  FaultGuard(const FaultGuard&) = delete;
  FaultGuard& operator=(const FaultGuard&) = delete;

  /// How often the call was tried since, failed or not.
  [[nodiscard]] int calls() const noexcept;
};

}  // namespace hilo::os
