// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/export.hpp"

/// Python's os, as far as it is about processes.
namespace hilo::os {

/// Splits the process in two that go on from here. What the standard streams hold is written first,
/// or both would write it.
///
/// Returns: in the original the id of the copy, in the copy 0; negative if no copy could be made,
///          and then errno says why.
/// Python:  os.fork(); differs: failure is the third result, as for the C function, not an
///          exception. What either holds of hilo (locks, queues, values) works on in both.
[[nodiscard]] HILO_EXPORT int fork();

/// The id of the calling process, and of the one it is a child of now.
[[nodiscard]] HILO_EXPORT int getpid() noexcept;
[[nodiscard]] HILO_EXPORT int getppid() noexcept;

/// The processors of the machine, at least 1.
[[nodiscard]] HILO_EXPORT int cpu_count() noexcept;

/// The processors that this process may use, at least 1: those of its affinity mask, or fewer if
/// its control group's quota, rounded up, is less.
///
/// Python: os.process_cpu_count(); differs: heeds the quota of containers.
[[nodiscard]] HILO_EXPORT int process_cpu_count();

}  // namespace hilo::os
