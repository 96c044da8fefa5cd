// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/multiprocessing/process.hpp"

namespace hilo::multiprocessing {

/// The process that calls this: "MainProcess" in the program itself.
[[nodiscard]] HILO_EXPORT Process current_process();

/// The process that started the caller's, to ask for its name(), pid(), is_alive() and sentinel(),
/// and to join(); nullopt in the program itself.
[[nodiscard]] HILO_EXPORT std::optional<Process> parent_process();

/// The caller's children that have not ended. Takes note of those that have.
HILO_EXPORT std::vector<Process> active_children();

/// The processors of the machine; how many of them this process may use is os::process_cpu_count().
[[nodiscard]] HILO_EXPORT int cpu_count() noexcept;

/// The program that spawn runs, in place of the running one; empty for that again. It must be of
/// the same build.
HILO_EXPORT void set_executable(std::string path);

/// What the forkserver does before its first fork, for all its children: tables to fill, files to
/// map. To be said before the server runs. What it throws is printed, and the server goes on.
/// Python: set_forkserver_preload(module names); differs: it is a function.
HILO_EXPORT void set_forkserver_preload(void (*preload)());

/// Starts the family's forkserver now, if it does not run; else the first start by it does.
///
/// Throws: RuntimeError if it does not come up, std::system_error.
/// Python: multiprocessing.forkserver.ensure_running()
HILO_EXPORT void ensure_forkserver_running();

/// Does nothing: connections, queues and locks always cross.
inline void allow_connection_pickling() noexcept {}

}  // namespace hilo::multiprocessing
