// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace hilo::detail::pool {

/// Says how the process uses more than `limit` bytes: "it used 1.2 GiB, its limit is 1 GiB". Empty
/// if it does not.
[[nodiscard]] std::string memory_excess(int pid, std::uint64_t limit);

}  // namespace hilo::detail::pool
