// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "hilo/detail/export.hpp"
#include "hilo/detail/thread_work.hpp"

/// What HILO_TRACE asks for (docs/design/trace.md).
namespace hilo::detail::trace {

/// Set once, before main().
extern HILO_EXPORT constinit std::atomic<bool> g_on;

/// Whether there is a trace to write to.
[[nodiscard]] inline bool on() noexcept { return g_on.load(std::memory_order_relaxed); }

/// The calling thread is at a task, for its lifetime. Who is killed meanwhile leaves it open.
class HILO_EXPORT Task {
 public:
  template <class Target>
  explicit Task(const Target& target) : begun_(on()) {
    if (begun_) [[unlikely]]
      begin(name_source(target));
  }
  ~Task() {
    if (begun_) [[unlikely]]
      end();
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

 private:
  static void begin(const NameSource& target) noexcept;
  static void end() noexcept;

  const bool begun_;
};

}  // namespace hilo::detail::trace
