// SPDX-License-Identifier: MIT
#include "hilo/threading/debug.hpp"

#include <utility>

#include "sync/lock_watch.hpp"

namespace hilo::threading {

// A lock's state stands first in it, so their addresses are the same.
void name_lock(const Lock& lock, std::string name) {
  detail::sync::name_lock(&lock, std::move(name));
}

void name_lock(const RLock& lock, std::string name) {
  detail::sync::name_lock(&lock, std::move(name));
}

void name_lock(const Condition& condition, std::string name) {
  condition.with([&](auto&, auto& lock) { detail::sync::name_lock(&lock, std::move(name)); });
}

}  // namespace hilo::threading
