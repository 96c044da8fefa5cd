// SPDX-License-Identifier: MIT
#include "hilo/logging/logger.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/sinks/sink.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "hilo/logging/handler.hpp"
#include "logging/log_tree.hpp"
#include "logging/record_note.hpp"
#include "os/line_output.hpp"
#include "threading/exception_text.hpp"

namespace hilo::logging {
namespace {

using detail::LoggerNode;
using detail::LogTree;

// Python's lastResort: of records that come to no handler, the grave ones are seen nevertheless.
const Handler& last_resort() {
  static const auto& handler = *new Handler([] {
    auto fallback = std::make_shared<StreamHandler>();
    fallback->set_level(Level::warning);
    return fallback;
  }());
  return handler;
}

// In a handler of an exception that came up while a record was formatted or written.
void report_failure(const std::source_location& where) noexcept {
  try {
    os::LineOutput(stderr).write(fmt::format("--- Logging error ---\n{}:{}: {}\n",
                                             where.file_name(), where.line(),
                                             detail::describe_current_exception()));
  } catch (...) {
  }
}

std::vector<Handler> handlers_from(const LoggerNode* node) {
  std::vector<Handler> found;
  const std::scoped_lock guard(LogTree::get().mutex);
  while (node != nullptr) {
    found.insert(found.end(), node->handlers.begin(), node->handlers.end());
    node = node->propagate.load(std::memory_order_relaxed) ? node->parent : nullptr;
  }
  return found;
}

}  // namespace

const std::string& Logger::name() const noexcept { return node_->name; }

Level Logger::level() const noexcept { return node_->level.load(std::memory_order_relaxed); }

void Logger::set_level(Level level) noexcept {
  node_->level.store(level, std::memory_order_relaxed);
}

Level Logger::get_effective_level() const noexcept {
  for (const LoggerNode* node = node_; node != nullptr; node = node->parent) {
    const Level level = node->level.load(std::memory_order_relaxed);
    if (level != Level::notset) return level;
  }
  return Level::notset;
}

bool Logger::propagate() const noexcept { return node_->propagate.load(std::memory_order_relaxed); }

void Logger::set_propagate(bool propagate) noexcept {
  node_->propagate.store(propagate, std::memory_order_relaxed);
}

void Logger::add_handler(Handler handler) {
  detail::refuse_null(handler);
  const std::scoped_lock guard(LogTree::get().mutex);
  auto& handlers = node_->handlers;
  if (std::ranges::find(handlers, handler) == handlers.end()) {
    handlers.push_back(std::move(handler));
    node_->note_handlers();
  }
}

void Logger::remove_handler(const Handler& handler) {
  Handler removed;  // outlives the guard: the handler may die with it
  const std::scoped_lock guard(LogTree::get().mutex);
  auto& handlers = node_->handlers;
  const auto found = std::ranges::find(handlers, handler);
  if (found == handlers.end()) return;
  removed = std::move(*found);
  handlers.erase(found);
  node_->note_handlers();
}

std::vector<Handler> Logger::handlers() const {
  const std::scoped_lock guard(LogTree::get().mutex);
  return node_->handlers;
}

bool Logger::has_handlers() const { return !handlers_from(node_).empty(); }

void Logger::write(Level level, bool with_exception, const std::source_location& where,
                   spdlog::string_view_t text) const noexcept {
  try {
    std::string with_trace;
    spdlog::string_view_t payload = text;
    if (with_exception && std::current_exception() != nullptr) {
      with_trace = fmt::format("{}\n{}", text, detail::describe_current_exception());
      payload = with_trace;
    }
    const spdlog::details::log_msg message(
        {where.file_name(), static_cast<int>(where.line()), where.function_name()}, node_->name,
        to_spdlog(level), payload);
    const detail::RecordNote note(message, level, text.size());
    std::vector<Handler> handlers = handlers_from(node_);
    if (handlers.empty()) handlers.push_back(last_resort());
    for (const Handler& handler : handlers) {
      try {
        if (!handler->should_log(message.level)) continue;
        handler->log(message);
        handler->flush();
      } catch (...) {
        report_failure(where);
      }
    }
  } catch (...) {
    report_failure(where);
  }
}

void Logger::write(Level level, bool with_exception, const std::source_location& where,
                   spdlog::string_view_t format, spdlog::fmt_lib::format_args args) const noexcept {
  try {
    spdlog::memory_buf_t text;
    spdlog::fmt_lib::vformat_to(std::back_inserter(text), format, args);
    write(level, with_exception, where, {text.data(), text.size()});
  } catch (...) {
    report_failure(where);
  }
}

Logger get_logger(std::string_view name) { return LogTree::get().node(name).handle(); }

}  // namespace hilo::logging
