// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/futures/errors.hpp"                // IWYU pragma: export
#include "hilo/futures/executor.hpp"              // IWYU pragma: export
#include "hilo/futures/future.hpp"                // IWYU pragma: export
#include "hilo/futures/progress.hpp"              // IWYU pragma: export
#include "hilo/futures/task_options.hpp"          // IWYU pragma: export
#include "hilo/futures/thread_pool_executor.hpp"  // IWYU pragma: export
#include "hilo/futures/wait.hpp"                  // IWYU pragma: export

/// Python's concurrent.futures: tasks for threads or processes, and what they come to.
namespace hilo::futures {}
