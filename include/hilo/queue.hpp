// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/queue/errors.hpp"          // IWYU pragma: export
#include "hilo/queue/lifo_queue.hpp"      // IWYU pragma: export
#include "hilo/queue/priority_queue.hpp"  // IWYU pragma: export
#include "hilo/queue/queue.hpp"           // IWYU pragma: export
#include "hilo/queue/simple_queue.hpp"    // IWYU pragma: export

/// Python's queue: how threads hand work to one another.
namespace hilo::queue {}
