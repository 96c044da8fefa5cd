// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include <ctime>
#include <span>

#include "hilo/detail/deadline.hpp"

namespace hilo::os {

/// How long it is until then; nothing if it has passed.
[[nodiscard]] timespec time_until(detail::Deadline deadline) noexcept;

/// Waits until one of the entries has an event. Its fault point: "ppoll".
/// Returns: false if `deadline` passed first. Throws: std::system_error.
[[nodiscard]] bool poll_until(std::span<pollfd> entries, detail::Deadline deadline);

}  // namespace hilo::os
