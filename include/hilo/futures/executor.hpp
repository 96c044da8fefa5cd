// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/futures/executor_face.hpp"
#include "hilo/futures/future.hpp"

namespace hilo::futures {

/// What can be submitted to.
///
///     void crunch(futures::Executor auto& executor) { executor.submit(work, 1).result(); }
///
/// Python: concurrent.futures.Executor, a base class; differs: a concept, so that the compiler says
///         what cannot cross to a process.
template <class E>
concept Executor = requires(E& executor, void (&task)(), ShutdownOptions options) {
  executor.submit(task);
  executor.submit(TaskOptions(), task);
  executor.shutdown(options);
};

}  // namespace hilo::futures
