// SPDX-License-Identifier: MIT
#include "hilo/logging/formatter.hpp"

#include <spdlog/details/os.h>

#include <string_view>
#include <utility>

#include "logging/log_format.hpp"
#include "logging/record_note.hpp"

namespace hilo::logging {

Formatter::Formatter(const std::string& format, std::string datefmt)
    : format_(std::make_shared<detail::LogFormat>(format, std::move(datefmt))) {}

void Formatter::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) {
  format_->render(message, line);
  const detail::RecordNote* const note = detail::RecordNote::find(message);
  if (note != nullptr && note->text_size < message.payload.size()) {
    // The payload has an end of line between the message and what describes the exception.
    const bool ended = line.size() > 0 && line[line.size() - 1] == '\n';
    line.append(message.payload.data() + note->text_size + (ended ? 1 : 0), message.payload.end());
  }
  const std::string_view end_of_line = spdlog::details::os::default_eol;
  line.append(end_of_line.data(), end_of_line.data() + end_of_line.size());
}

std::unique_ptr<spdlog::formatter> Formatter::clone() const {
  return std::make_unique<Formatter>(*this);
}

}  // namespace hilo::logging
