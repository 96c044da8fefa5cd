// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hilo/logging/level.hpp"
#include "hilo/logging/logger.hpp"

namespace hilo::detail {

/// What a Logger is a handle to. Never destroyed.
struct LoggerNode {
  LoggerNode(std::string its_name, LoggerNode* its_parent, logging::Level its_level)
      : name(std::move(its_name)), parent(its_parent), level(its_level) {}

  [[nodiscard]] logging::Logger handle() noexcept { return logging::Logger(this); }

  /// The handlers have changed. The caller holds the tree's mutex.
  void note_handlers() noexcept {
    has_handlers.store(!handlers.empty(), std::memory_order_relaxed);
  }

  const std::string name;
  LoggerNode* const parent;  // null: the root
  // Relaxed: each says something about itself alone.
  std::atomic<logging::Level> level;
  std::atomic<bool> propagate{true};
  std::vector<logging::Handler> handlers;  // guarded by the tree's mutex
  std::atomic<bool> has_handlers{false};   // as they are, to be asked without it
};

/// Throws: ValueError for a handler that is none.
void refuse_null(const logging::Handler& handler);

/// All loggers of the process. Never destroyed: static destructors may log.
class LogTree {
 public:
  static LogTree& get();

  /// The node of this name, made if there is none, with those above it. Takes the mutex.
  /// Throws: ValueError for a name of more than a thousand parts.
  LoggerNode& node(std::string_view name);

  /// Held across every fork, so that the child finds it open and what it guards whole: the nodes
  /// and their handlers, and the C library's time zone, whose own lock a child would find shut.
  /// Innermost: nothing of the user's is called under it, and nothing that takes another lock.
  std::mutex mutex;

  LoggerNode root{"root", nullptr, logging::Level::warning};
  /// When logging began.
  const spdlog::log_clock::time_point start = spdlog::log_clock::now();

 private:
  LogTree();
  LoggerNode& find_or_make(std::string_view name);

  std::map<std::string, LoggerNode, std::less<>> nodes_;
};

}  // namespace hilo::detail
