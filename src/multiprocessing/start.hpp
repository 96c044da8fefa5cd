// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "multiprocessing/registry.hpp"

/// How a process starts, by each method, and what it does from there to its end.
namespace hilo::detail {

/// Parent: starts the child as a copy of this process, in which `body` runs.
/// Throws: std::system_error; nothing was started then.
void start_by_fork(const StatePointer& child, const std::function<void()>& body);

/// Parent: runs the program again, to do child->call.
/// Throws: PicklingError, std::system_error; nothing was started then.
void start_by_spawn(const StatePointer& child);

/// Child: runs `body`; an exception that gets out of it is printed with the process's name.
/// Returns: the exit code.
[[nodiscard]] int run_body(const std::string& name, const std::function<void()>& body) noexcept;

}  // namespace hilo::detail
