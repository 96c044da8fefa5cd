// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

/// Linux only: the control groups that limit this process (man 7 cgroups).
namespace hilo::os {

/// Calls `visit(folder, unified)` for the caller's group under `controller`, and for each above it
/// up to the root of what is mounted, of version 2 (unified) and version 1. Inside a container the
/// group's path may name folders outside, in which nothing is found. `root` stands before all
/// paths.
void for_each_cgroup(const std::string& root, const std::string& controller,
                     const std::function<void(const std::string& folder, bool unified)>& visit);

}  // namespace hilo::os
