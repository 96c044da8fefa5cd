// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hilo/detail/export.hpp"
#include "hilo/threading/condition.hpp"
#include "hilo/threading/lock.hpp"
#include "hilo/threading/rlock.hpp"

namespace hilo::threading {

/// Names a lock in the reports that HILO_DEBUG=locks asks for: on standard error, when two threads
/// take the same locks in different orders, so that they can wait for each other for ever, and when
/// a thread has waited for a lock for 10 seconds (HILO_DEBUG=locks:2.5 for 2.5), with who holds
/// what. Without that in the environment, when the program starts, it does nothing.
///
///     HILO_DEBUG=locks:2 ./program
HILO_EXPORT void name_lock(const Lock& lock, std::string name);
HILO_EXPORT void name_lock(const RLock& lock, std::string name);
/// The same for the lock of a Condition.
HILO_EXPORT void name_lock(const Condition& condition, std::string name);

}  // namespace hilo::threading
