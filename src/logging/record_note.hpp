// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/details/log_msg.h>

#include <cstddef>

#include "hilo/logging/level.hpp"

namespace hilo::detail {

/// What a Logger's record has beyond spdlog's message: it lies beside it while the handlers have
/// it. A message that was copied (by an asynchronous sink) is formatted without.
class RecordNote {
 public:
  RecordNote(const spdlog::details::log_msg& message, logging::Level its_level,
             std::size_t its_text_size) noexcept
      : level(its_level), text_size(its_text_size), message_(&message), outer_(t_innermost) {
    t_innermost = this;
  }
  RecordNote(const RecordNote&) = delete;
  RecordNote& operator=(const RecordNote&) = delete;
  ~RecordNote() { t_innermost = outer_; }

  /// The note on `message`, or null.
  [[nodiscard]] static const RecordNote* find(const spdlog::details::log_msg& message) noexcept {
    const RecordNote* note = t_innermost;
    while (note != nullptr && note->message_ != &message) note = note->outer_;
    return note;
  }

  const logging::Level level;
  /// How much of the payload is the message; the rest describes an exception.
  const std::size_t text_size;

 private:
  static inline constinit thread_local const RecordNote* t_innermost = nullptr;

  const spdlog::details::log_msg* const message_;
  const RecordNote* const outer_;
};

/// The level that was given, or Python's number of spdlog's.
[[nodiscard]] inline logging::Level level_of(const spdlog::details::log_msg& message) noexcept {
  const RecordNote* const note = RecordNote::find(message);
  return note != nullptr ? note->level : logging::from_spdlog(message.level);
}

}  // namespace hilo::detail
