// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/family/lock_face.hpp"

namespace hilo::multiprocessing {

/// A lock that processes share, and that the owning thread may acquire again and must release as
/// often.
///
/// A handle: a copy is the same lock, also in another process.
///
/// Throws:  as Lock.
/// Python:  multiprocessing.RLock; differs: survives a killed holder.
class RLock
    : public detail::family::LockFace<RLock, detail::sync::RLock<detail::family::FamilyScope>> {
 public:
  using LockFace::LockFace;
  /// Throws: std::system_error if there is no memory.
  RLock() : RLock(LockOptions()) {}
  explicit RLock(LockOptions options) : LockFace(options) {}

 private:
  friend class Condition;
};

}  // namespace hilo::multiprocessing
