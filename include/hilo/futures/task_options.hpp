// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>

namespace hilo::futures {

/// What one task may cost.
struct TaskOptions {
  /// For how long it may run, from its first step. Then its future ends with TimeoutError; a worker
  /// process is ended, a thread asked to end by the task's std::stop_token, if it takes one.
  std::optional<std::chrono::nanoseconds> timeout = {};
  /// How often it is tried again after an error that `retry_if` accepts.
  int retries = 0;
  /// After which errors; none means WorkerLostError and TimeoutError.
  std::function<bool(const std::exception_ptr& error)> retry_if = {};
};

}  // namespace hilo::futures
