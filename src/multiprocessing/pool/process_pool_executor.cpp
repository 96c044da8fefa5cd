// SPDX-License-Identifier: MIT
#include "hilo/futures/process_pool_executor.hpp"

namespace hilo::futures {

ProcessPoolExecutor::ProcessPoolExecutor(ProcessPoolExecutorOptions options)
    : ExecutorFace(detail::pool::ProcessCrew::start(
          {.staffing = detail::pool::process_staffing(options.max_workers, options.min_workers,
                                                      options.idle_time),
           .initializer = options.initializer.call(),
           .most_tasks = options.max_tasks_per_child,
           .method = options.mp_context,
           .strict = options.strict,
           .memory_limit = options.memory_limit,
           .limits = std::move(options.limits)})) {}

}  // namespace hilo::futures
