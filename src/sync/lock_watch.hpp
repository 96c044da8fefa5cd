// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace hilo::detail::sync {

/// How reports call the calling thread, from now on; the layer that knows threads says so. An empty
/// name is none.
void name_threads_by(std::string (*name)()) noexcept;

/// How reports call a lock; does nothing while nobody watches.
void name_lock(const void* lock, std::string name);

}  // namespace hilo::detail::sync
