// SPDX-License-Identifier: MIT
#pragma once

#include "futures/worker_record.hpp"

namespace hilo::detail::futures {

/// The calling thread works for `crew` from now on, and writes down in `record` what it does; or,
/// without one, is the thread that brings what others come to.
void set_current_crew(const void* crew, WorkerRecord* record) noexcept;

/// By a worker of a crew: has the job done, if nobody has begun it. Nothing, without a record.
void run_as_worker(Job& job) noexcept;

}  // namespace hilo::detail::futures
