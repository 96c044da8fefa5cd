// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/futures/progress.hpp"                       // IWYU pragma: export
#include "hilo/multiprocessing/allocator.hpp"              // IWYU pragma: export
#include "hilo/multiprocessing/array.hpp"                  // IWYU pragma: export
#include "hilo/multiprocessing/barrier.hpp"                // IWYU pragma: export
#include "hilo/multiprocessing/borrowed.hpp"               // IWYU pragma: export
#include "hilo/multiprocessing/bounded_semaphore.hpp"      // IWYU pragma: export
#include "hilo/multiprocessing/condition.hpp"              // IWYU pragma: export
#include "hilo/multiprocessing/connection.hpp"             // IWYU pragma: export
#include "hilo/multiprocessing/context.hpp"                // IWYU pragma: export
#include "hilo/multiprocessing/event.hpp"                  // IWYU pragma: export
#include "hilo/multiprocessing/freeze_support.hpp"         // IWYU pragma: export
#include "hilo/multiprocessing/functions.hpp"              // IWYU pragma: export
#include "hilo/multiprocessing/joinable_queue.hpp"         // IWYU pragma: export
#include "hilo/multiprocessing/listener.hpp"               // IWYU pragma: export
#include "hilo/multiprocessing/lock.hpp"                   // IWYU pragma: export
#include "hilo/multiprocessing/owner_death.hpp"            // IWYU pragma: export
#include "hilo/multiprocessing/pool/pool.hpp"              // IWYU pragma: export
#include "hilo/multiprocessing/pool/thread_pool.hpp"       // IWYU pragma: export
#include "hilo/multiprocessing/pool/worker_local.hpp"      // IWYU pragma: export
#include "hilo/multiprocessing/process.hpp"                // IWYU pragma: export
#include "hilo/multiprocessing/producer.hpp"               // IWYU pragma: export
#include "hilo/multiprocessing/queue.hpp"                  // IWYU pragma: export
#include "hilo/multiprocessing/remote_origin.hpp"          // IWYU pragma: export
#include "hilo/multiprocessing/rlock.hpp"                  // IWYU pragma: export
#include "hilo/multiprocessing/semaphore.hpp"              // IWYU pragma: export
#include "hilo/multiprocessing/shareable_list.hpp"         // IWYU pragma: export
#include "hilo/multiprocessing/shared.hpp"                 // IWYU pragma: export
#include "hilo/multiprocessing/shared_memory.hpp"          // IWYU pragma: export
#include "hilo/multiprocessing/shared_memory_manager.hpp"  // IWYU pragma: export
#include "hilo/multiprocessing/sharedctypes.hpp"           // IWYU pragma: export
#include "hilo/multiprocessing/simple_queue.hpp"           // IWYU pragma: export
#include "hilo/multiprocessing/start_method.hpp"           // IWYU pragma: export
#include "hilo/multiprocessing/unordered_map.hpp"          // IWYU pragma: export
#include "hilo/multiprocessing/value.hpp"                  // IWYU pragma: export
#include "hilo/multiprocessing/wait.hpp"                   // IWYU pragma: export

/// Python's multiprocessing: functions run in processes of their own, and what those share.
namespace hilo::multiprocessing {}

namespace hilo {
/// The short name.
namespace mp = multiprocessing;
}  // namespace hilo
