// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/family/lock_face.hpp"

namespace hilo::multiprocessing {

/// A lock that processes share; any of them may release it. If its holder dies, who comes next is
/// told. Who has waited for a millisecond is served before those who come later.
///
/// A handle: a copy is the same lock, also in another process.
///
/// Throws:  OwnerDiedError from acquire() if the holder died, until recover(); std::system_error if
///          the system refuses to let a thread sleep.
/// Python:  multiprocessing.Lock; differs: survives a killed holder.
///
///     mp::Lock lock;                                           // or mp::Lock lock(
///     { std::scoped_lock guard(lock); write_both_files(); }    //   {.on_owner_death =
///     mp::OnOwnerDeath::recover});
class Lock
    : public detail::family::LockFace<Lock, detail::sync::Lock<detail::family::FamilyScope>> {
 public:
  using LockFace::LockFace;
  /// Throws: std::system_error if there is no memory.
  Lock() : Lock(LockOptions()) {}
  explicit Lock(LockOptions options) : LockFace(options) {}

 private:
  friend class Condition;
};

}  // namespace hilo::multiprocessing
