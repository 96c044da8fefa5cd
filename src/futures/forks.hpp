// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::detail::futures {

/// How often the line of forks that leads to this process was forked, since the first call.
[[nodiscard]] unsigned fork_generation() noexcept;

}  // namespace hilo::detail::futures
