// SPDX-License-Identifier: MIT
#pragma once

#include <string>

/// Contract: how many processors there are.
namespace hilo::os {

/// Those of the machine that are switched on, at least 1.
[[nodiscard]] int machine_cpus() noexcept;

/// Those that the caller may run on, at least 1.
[[nodiscard]] int allowed_cpus() noexcept;

/// How many processors' worth of time the caller's control group may use, which may be below one;
/// 0 if there is no limit. `root` stands before every path, for tests.
[[nodiscard]] double cpu_quota(const std::string& root = {});

}  // namespace hilo::os
