// SPDX-License-Identifier: MIT
#include "hilo/logging/handler.hpp"

#include <spdlog/pattern_formatter.h>

#include <mutex>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/logging/formatter.hpp"
#include "logging/log_tree.hpp"
#include "logging/record_note.hpp"
#include "os/line_output.hpp"

namespace hilo::logging {
namespace {

bool truncates(const std::string& mode) {
  if (mode != "a" && mode != "w") {
    throw ValueError("hilo: the mode of a log file is 'a' or 'w', not '" + mode + "'");
  }
  return mode == "w";
}

}  // namespace

StreamHandler::StreamHandler(std::FILE* stream)
    : StreamHandler(std::make_unique<os::LineOutput>(stream != nullptr ? stream : stderr)) {}

StreamHandler::StreamHandler(std::unique_ptr<os::LineOutput> output)
    : output_(std::move(output)), formatter_(std::make_shared<Formatter>()) {}

StreamHandler::~StreamHandler() = default;

void StreamHandler::set_level(Level level) noexcept {
  threshold_.store(level, std::memory_order_relaxed);
  sink::set_level(to_spdlog(level));
}

void StreamHandler::set_level(spdlog::level::level_enum level) noexcept {
  threshold_.store(Level::notset, std::memory_order_relaxed);
  sink::set_level(level);
}

void StreamHandler::log(const spdlog::details::log_msg& message) {
  const Level threshold = threshold_.load(std::memory_order_relaxed);
  // Who has the handler as an spdlog sink may have set another level of spdlog's since.
  if (detail::level_of(message) < threshold && level() == to_spdlog(threshold)) return;
  std::shared_ptr<spdlog::formatter> formatter;
  {
    const std::scoped_lock guard(detail::LogTree::get().mutex);
    formatter = formatter_;
  }
  // spdlog's own keep what they compute, so two threads cannot use one.
  if (dynamic_cast<Formatter*>(formatter.get()) == nullptr) formatter = formatter->clone();
  spdlog::memory_buf_t line;
  formatter->format(message, line);
  output_->write({line.data(), line.size()});
}

void StreamHandler::set_pattern(const std::string& pattern) {
  set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern));
}

void StreamHandler::set_formatter(std::unique_ptr<spdlog::formatter> formatter) {
  if (formatter == nullptr) throw ValueError("hilo: a handler's formatter cannot be null");
  std::shared_ptr<spdlog::formatter> shared = std::move(formatter);
  const std::scoped_lock guard(detail::LogTree::get().mutex);
  formatter_.swap(shared);
}

FileHandler::FileHandler(const std::string& filename, const std::string& mode)
    : StreamHandler(std::make_unique<os::LineOutput>(filename, truncates(mode))) {}

}  // namespace hilo::logging
