// SPDX-License-Identifier: MIT
#include "hilo/logging/basic_config.hpp"

#include <spdlog/sinks/sink.h>

#include <memory>
#include <mutex>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/logging/formatter.hpp"
#include "hilo/logging/functions.hpp"
#include "hilo/logging/handler.hpp"
#include "logging/log_tree.hpp"

namespace hilo::logging {
namespace {

std::vector<Handler> make_handlers(const BasicConfig& config) {
  if (!config.handlers.empty()) return config.handlers;
  if (!config.filename.empty()) {
    return {std::make_shared<FileHandler>(config.filename, config.filemode)};
  }
  return {std::make_shared<StreamHandler>(config.stream)};
}

}  // namespace

void basic_config(const BasicConfig& config) {
  const int destinations = static_cast<int>(!config.filename.empty()) +
                           static_cast<int>(config.stream != nullptr) +
                           static_cast<int>(!config.handlers.empty());
  if (destinations > 1) {
    throw ValueError("hilo: basic_config: only one of filename, stream and handlers can be given");
  }
  for (const Handler& handler : config.handlers) detail::refuse_null(handler);
  const Formatter formatter(config.format, config.datefmt);
  detail::LogTree& tree = detail::LogTree::get();
  if (!config.force && tree.root.has_handlers.load(std::memory_order_relaxed)) return;
  std::vector<Handler> handlers = make_handlers(config);
  for (const Handler& handler : handlers) handler->set_formatter(formatter.clone());

  // Afterwards holds what was replaced, which goes when the mutex is free again.
  const std::scoped_lock guard(tree.mutex);
  if (!config.force && !tree.root.handlers.empty()) return;  // another thread was first
  tree.root.handlers.swap(handlers);
  tree.root.note_handlers();
  if (config.level) tree.root.level.store(*config.level, std::memory_order_relaxed);
}

}  // namespace hilo::logging

namespace hilo::detail {

logging::Logger configured_root() noexcept {
  LoggerNode& root = LogTree::get().root;
  if (!root.has_handlers.load(std::memory_order_relaxed)) logging::basic_config();
  return root.handle();
}

}  // namespace hilo::detail
