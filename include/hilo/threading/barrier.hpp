// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "hilo/detail/sync/barrier.hpp"
#include "hilo/detail/sync/barrier_face.hpp"

namespace hilo::threading {

/// Holds threads back until a number of them have come; then all go on, and it can be used again.
///
/// Python:    threading.Barrier; differs: the action runs without a lock, so it may use the
/// barrier. Safe from: any thread; not from a signal handler.
///
///     hilo::threading::Barrier line(4);
///     if (line.wait() == 0) print("one of four says it");
class Barrier : public detail::sync::BarrierFace<Barrier> {
 public:
  /// For `parties` threads. The last to come runs `action` before all go on. `timeout` holds for
  /// each wait() that names none.
  ///
  /// Throws: ValueError if `parties` is below 1.
  explicit Barrier(std::int64_t parties, std::function<void()> action = {},
                   std::optional<Seconds> timeout = {})
      : action_(std::move(action)), timeout_(timeout) {
    barrier_.start_with(detail::sync::checked_parties(parties));
  }
  ~Barrier() { barrier_.destroy(); }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

 private:
  friend class detail::sync::BarrierFace<Barrier>;
  auto& state() const noexcept { return barrier_; }
  const std::function<void()>& action() const noexcept { return action_; }
  std::optional<Seconds> timeout() const noexcept { return timeout_; }

  std::function<void()> action_;
  std::optional<Seconds> timeout_;
  mutable detail::sync::Barrier<detail::sync::ThreadScope> barrier_{};
};

}  // namespace hilo::threading
