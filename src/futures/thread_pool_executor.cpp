// SPDX-License-Identifier: MIT
#include "hilo/futures/thread_pool_executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "hilo/os.hpp"

namespace hilo::futures {
namespace {

constexpr int k_extra_workers = 4;  // as Python: tasks may wait for something
constexpr int k_most_workers = 32;

std::string default_prefix() {
  static constinit std::atomic<unsigned> count{0};
  return fmt::format("ThreadPoolExecutor-{}", count.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace

ThreadPoolExecutor::ThreadPoolExecutor(ThreadPoolExecutorOptions options)
    : ExecutorFace(detail::futures::ThreadCrew::start(
          {.staffing = detail::futures::make_staffing(
               options.max_workers.value_or(
                   std::min(k_most_workers, os::process_cpu_count() + k_extra_workers)),
               options.min_workers, options.idle_time, 0),
           .prefix = options.thread_name_prefix.empty() ? default_prefix()
                                                        : std::move(options.thread_name_prefix),
           .initializer = std::move(options.initializer),
           .most_pending = options.max_pending,
           .refuse_when_full = options.refuse_when_full})) {}

}  // namespace hilo::futures
