// SPDX-License-Identifier: MIT
#include "logging/log_tree.hpp"

#include <algorithm>
#include <cstddef>

#include "hilo/errors.hpp"
#include "os/native_thread.hpp"

namespace hilo::detail {
namespace {

constexpr std::ptrdiff_t k_most_parts = 1000;

}  // namespace

void refuse_null(const logging::Handler& handler) {
  if (handler == nullptr) throw ValueError("hilo: a logger's handler cannot be null");
}

LogTree& LogTree::get() {
  static auto* const tree = new LogTree();
  return *tree;
}

LogTree::LogTree() {
  os::add_fork_hooks([] { get().mutex.lock(); }, [] { get().mutex.unlock(); },
                     [] { get().mutex.unlock(); });
}

LoggerNode& LogTree::node(std::string_view name) {
  // Each part has a node, whose name has all parts before it.
  if (std::ranges::count(name, '.') >= k_most_parts) {
    throw ValueError("hilo: a logger's name has more than a thousand parts");
  }
  const std::scoped_lock guard(mutex);
  return find_or_make(name);
}

LoggerNode& LogTree::find_or_make(std::string_view name) {
  if (name.empty() || name == root.name) return root;
  const auto found = nodes_.find(name);
  if (found != nodes_.end()) return found->second;
  const auto dot = name.rfind('.');
  LoggerNode& parent = dot == std::string_view::npos ? root : find_or_make(name.substr(0, dot));
  const std::string key(name);
  return nodes_.try_emplace(key, key, &parent, logging::Level::notset).first->second;
}

}  // namespace hilo::detail
