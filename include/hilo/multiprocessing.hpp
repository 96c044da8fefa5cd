// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/multiprocessing/context.hpp"         // IWYU pragma: export
#include "hilo/multiprocessing/freeze_support.hpp"  // IWYU pragma: export
#include "hilo/multiprocessing/functions.hpp"       // IWYU pragma: export
#include "hilo/multiprocessing/process.hpp"         // IWYU pragma: export
#include "hilo/multiprocessing/start_method.hpp"    // IWYU pragma: export

/// Python's multiprocessing: functions run in processes of their own, and what those share.
namespace hilo::multiprocessing {}

namespace hilo {
/// The short name.
namespace mp = multiprocessing;
}  // namespace hilo
