// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/job.hpp"

namespace hilo::detail::futures {

/// Tells which of many jobs are done, in the order of their ends. One consumer.
class HILO_EXPORT Completions {
 public:
  Completions();
  /// Is told of nothing any more, and lets go of the jobs.
  ~Completions();
  Completions(Completions&& other) noexcept;
  Completions& operator=(Completions&&) = delete;

  /// Adds one, which is told as `number`. Throws: std::bad_alloc.
  void watch(const Ref<Job>& job, std::size_t number);

  /// Waits for one more. A worker of the jobs' own crew does them itself meanwhile.
  /// Returns: its number; nothing if `deadline` passed first.
  std::optional<std::size_t> next(Deadline deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hilo::detail::futures
