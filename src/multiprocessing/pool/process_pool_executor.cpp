// SPDX-License-Identifier: MIT
#include "hilo/futures/process_pool_executor.hpp"

namespace hilo::futures {

ProcessPoolExecutor::ProcessPoolExecutor(ProcessPoolExecutorOptions options)
    : ExecutorFace(detail::pool::ProcessCrew::start({.processes = options.max_workers,
                                                     .initializer = options.initializer.call(),
                                                     .most_tasks = options.max_tasks_per_child,
                                                     .method = options.mp_context,
                                                     .strict = options.strict})) {}

}  // namespace hilo::futures
