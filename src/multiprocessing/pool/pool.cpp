// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/pool.hpp"

namespace hilo::multiprocessing::pool {

Pool::Pool(PoolOptions options)
    : PoolFace(detail::pool::ProcessCrew::start({.processes = options.processes,
                                                 .initializer = options.initializer.call(),
                                                 .most_tasks = options.maxtasksperchild,
                                                 .method = options.context})) {}

}  // namespace hilo::multiprocessing::pool
