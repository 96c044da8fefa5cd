// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::multiprocessing {

/// What an acquire() does that finds the lock's owner dead: killed, or ended without a release.
enum class OnOwnerDeath {
  raise,    ///< throws OwnerDiedError, each time, until somebody calls recover()
  recover,  ///< takes the lock; recovered() tells
};

/// Keyword arguments of Lock and RLock.
struct LockOptions {
  OnOwnerDeath on_owner_death = OnOwnerDeath::raise;
};

}  // namespace hilo::multiprocessing
