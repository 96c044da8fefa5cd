// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "hilo/detail/barrier_action.hpp"
#include "hilo/detail/family/shared_state.hpp"
#include "hilo/detail/family/sync.hpp"
#include "hilo/detail/sync/barrier_face.hpp"

namespace hilo::multiprocessing {

/// Holds processes back until a number of them have come; then all go on, and it can be used again.
/// If one of them dies in it, it is broken, and nobody hangs.
///
/// A handle: a copy is the same barrier, also in another process.
///
/// Python:    multiprocessing.Barrier; differs: a killed waiter breaks it; the action runs without
/// a
///            lock, so it may use the barrier.
/// Safe from: any thread; not from a signal handler.
class Barrier
    : public detail::sync::BarrierFace<Barrier>,
      public detail::family::SharedState<detail::sync::Barrier<detail::family::FamilyScope>> {
 public:
  /// For `parties` processes. The last to come runs its copy of `action` before all go on: any
  /// callable under fork; to reach a spawned process, a function or a lambda without captures.
  /// `timeout` holds for each wait() that names none.
  ///
  /// Throws: ValueError if `parties` is below 1; std::system_error if there is no memory.
  explicit Barrier(std::int64_t parties, detail::BarrierAction action = {},
                   std::optional<Seconds> timeout = {})
      : action_(std::move(action)), timeout_(timeout) {
    state().start_with(detail::sync::checked_parties(parties));
  }
  /// For HandleAccess alone.
  Barrier(detail::family::HandleAccess access, detail::family::ObjectRef object,
          detail::BarrierAction action, std::optional<Seconds> timeout)
      : SharedState(access, std::move(object)), action_(std::move(action)), timeout_(timeout) {}

 private:
  friend class detail::sync::BarrierFace<Barrier>;
  friend class detail::family::HandleAccess;
  auto parts() const noexcept { return std::tie(object(), action_, timeout_); }

  const std::function<void()>& action() const noexcept { return action_.get(); }
  std::optional<Seconds> timeout() const noexcept { return timeout_; }

  detail::BarrierAction action_;
  std::optional<Seconds> timeout_;
};

}  // namespace hilo::multiprocessing
