// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/thread_pool.hpp"

#include <utility>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing/pool/worker_local.hpp"
#include "hilo/os.hpp"

namespace hilo::multiprocessing::pool {

namespace {

detail::futures::Staffing staffing_of(const ThreadPoolOptions& options) {
  const int most = options.processes ? *options.processes : os::process_cpu_count();
  return detail::futures::make_staffing(most, options.min_workers, options.idle_time, most);
}

}  // namespace

ThreadPool::ThreadPool(ThreadPoolOptions options)
    : PoolFace(
          detail::futures::ThreadCrew::start({.staffing = staffing_of(options),
                                              .prefix = "ThreadPool",
                                              .initializer = std::move(options.initializer)})) {}

}  // namespace hilo::multiprocessing::pool

namespace hilo::detail::futures {

void refuse_missing_worker_local() {
  throw RuntimeError(
      "hilo: worker_local(): the initializer did not call make_worker_local() for this type");
}

}  // namespace hilo::detail::futures
