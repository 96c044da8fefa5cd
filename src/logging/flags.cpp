// SPDX-License-Identifier: MIT
#include "hilo/logging/flags.hpp"

#include <string_view>

#include "hilo/threading/functions.hpp"
#include "logging/characters.hpp"
#include "logging/process_name.hpp"

namespace hilo::logging {
namespace {

// spdlog leaves a flag's padding to the flag.
void append(std::string_view text, const spdlog::details::padding_info& padding,
            spdlog::memory_buf_t& line) {
  using Side = spdlog::details::padding_info::pad_side;
  if (padding.truncate_) text = detail::first_characters(text, padding.width_);
  const std::size_t missing =
      padding.width_ - std::min(padding.width_, detail::count_characters(text));
  // "left" says where the blanks go.
  const std::size_t before = padding.side_ == Side::left     ? missing
                             : padding.side_ == Side::center ? missing / 2
                                                             : 0;
  detail::append_blanks(before, line);
  line.append(text.data(), text.data() + text.size());
  detail::append_blanks(missing - before, line);
}

}  // namespace

void ThreadNameFlag::format(const spdlog::details::log_msg& /*message*/, const std::tm& /*time*/,
                            spdlog::memory_buf_t& line) {
  append(threading::current_thread().name(), padinfo_, line);
}

std::unique_ptr<spdlog::custom_flag_formatter> ThreadNameFlag::clone() const {
  return std::make_unique<ThreadNameFlag>(*this);
}

void ProcessNameFlag::format(const spdlog::details::log_msg& /*message*/, const std::tm& /*time*/,
                             spdlog::memory_buf_t& line) {
  append(detail::process_name(), padinfo_, line);
}

std::unique_ptr<spdlog::custom_flag_formatter> ProcessNameFlag::clone() const {
  return std::make_unique<ProcessNameFlag>(*this);
}

}  // namespace hilo::logging
