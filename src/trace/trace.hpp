// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "hilo/detail/trace.hpp"

/// The events of a trace. All do nothing while there is none; each is written at once, in one
/// piece, so that a process leaves all that it did, however it ends.
namespace hilo::detail::trace {

/// How the trace calls the calling thread.
void name_thread(std::string_view name) noexcept;

/// The calling thread is at something, until end(); what begins last ends first.
void begin(const char* category, std::string_view name) noexcept;
void end() noexcept;

/// This process is a child of that name, from here to its end.
void begin_process(std::string_view name) noexcept;
void end_process() noexcept;

/// What a parent sees of its child.
void process_started(std::string_view name, int pid) noexcept;
void process_ended(std::string_view name, int exitcode) noexcept;

/// A wait. It is in the trace only if it had to sleep, from the first time that it did.
class Wait {
 public:
  /// `what` is called, such as "Lock.acquire"; must outlive this.
  explicit constexpr Wait(const char* what) noexcept : what_(what) {}
  ~Wait() {
    if (since_ != 0) [[unlikely]]
      write();
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// It is about to sleep.
  void sleeps() noexcept {
    if (on() && since_ == 0) [[unlikely]]
      start();
  }

 private:
  void start() noexcept;
  void write() const noexcept;

  const char* const what_;
  std::int64_t since_ = 0;
};

}  // namespace hilo::detail::trace
