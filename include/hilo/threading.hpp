// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/threading/barrier.hpp"            // IWYU pragma: export
#include "hilo/threading/bounded_semaphore.hpp"  // IWYU pragma: export
#include "hilo/threading/condition.hpp"          // IWYU pragma: export
#include "hilo/threading/debug.hpp"              // IWYU pragma: export
#include "hilo/threading/event.hpp"              // IWYU pragma: export
#include "hilo/threading/excepthook.hpp"         // IWYU pragma: export
#include "hilo/threading/functions.hpp"          // IWYU pragma: export
#include "hilo/threading/iterators.hpp"          // IWYU pragma: export
#include "hilo/threading/local.hpp"              // IWYU pragma: export
#include "hilo/threading/lock.hpp"               // IWYU pragma: export
#include "hilo/threading/repeating_timer.hpp"    // IWYU pragma: export
#include "hilo/threading/rlock.hpp"              // IWYU pragma: export
#include "hilo/threading/semaphore.hpp"          // IWYU pragma: export
#include "hilo/threading/stack_size.hpp"         // IWYU pragma: export
#include "hilo/threading/thread.hpp"             // IWYU pragma: export
#include "hilo/threading/timer.hpp"              // IWYU pragma: export

/// Python's threading: threads, and how they wait for one another.
namespace hilo::threading {}
