// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/thread_pool.hpp"

#include <utility>

#include "hilo/os.hpp"

namespace hilo::multiprocessing::pool {

ThreadPool::ThreadPool(ThreadPoolOptions options)
    : PoolFace(detail::futures::ThreadCrew::start(
          {.most = options.processes ? *options.processes : os::process_cpu_count(),
           .start_all = true,
           .prefix = "ThreadPool",
           .initializer = std::move(options.initializer)})) {}

}  // namespace hilo::multiprocessing::pool
