// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include "hilo/detail/deadline.hpp"
#include "hilo/multiprocessing/pool/worker_stats.hpp"

namespace hilo::detail::futures {

/// What pools and executors offer alike.
template <class Kind>
class CrewFace {
 public:
  CrewFace(const CrewFace&) = delete;
  CrewFace& operator=(const CrewFace&) = delete;

  /// Waits until the workers that it has from the start, or all if none of them ever ends for
  /// having nothing to do, are there and through with their initializers: for who wants the first
  /// task to be as quick as the others.
  ///
  /// Throws: what submits; std::system_error if the system has no more.
  /// Python: none.
  void ensure_started() { (void)crew_->ensure_started(Deadline::never()); }
  /// Returns: false if they were not in `timeout`.
  template <class Rep, class Period>
  bool ensure_started(std::chrono::duration<Rep, Period> timeout) {
    return crew_->ensure_started(Deadline::after(timeout));
  }

  /// What each worker is at, in an order of their own; none in a forked child.
  ///
  /// Python: none.
  [[nodiscard]] std::vector<multiprocessing::pool::WorkerStats> stats() const {
    return crew_->stats();
  }

 protected:
  explicit CrewFace(typename Kind::CrewPointer crew) noexcept : crew_(std::move(crew)) {}
  ~CrewFace() = default;
  [[nodiscard]] typename Kind::Crew& crew() const noexcept { return *crew_; }
  [[nodiscard]] const typename Kind::CrewPointer& crew_pointer() const noexcept { return crew_; }

 private:
  typename Kind::CrewPointer crew_;
};

}  // namespace hilo::detail::futures
