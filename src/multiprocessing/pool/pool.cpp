// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/pool.hpp"

namespace hilo::multiprocessing::pool {

Pool::Pool(PoolOptions options)
    : PoolFace(detail::pool::ProcessCrew::start(
          {.staffing = detail::pool::process_staffing(options.processes, options.min_workers,
                                                      options.idle_time),
           .initializer = options.initializer.call(),
           .most_tasks = options.maxtasksperchild,
           .method = options.context,
           .memory_limit = options.memory_limit,
           .limits = std::move(options.limits)})) {}

}  // namespace hilo::multiprocessing::pool
