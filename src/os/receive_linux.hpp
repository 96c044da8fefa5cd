// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cerrno>

namespace hilo::os {

/// Whether a socket's call failed with this error because its peer is gone.
[[nodiscard]] inline bool peer_has_gone(int error) noexcept {
  return error == ECONNRESET || error == EPIPE;
}

/// Calls `receive`, which receives from a socket, and once more if that reports the peer's end.
/// Linux looks for packets first and for the end afterwards, and the last packet may have come in
/// between; and of a peer that left something unread it says so before it gives what came from it.
/// Returns: the result; 0 only if nothing is left, and an error never because the peer is gone.
template <class Receive>
[[nodiscard]] ssize_t receive_to_the_end(const Receive& receive) {
  const ssize_t result = receive();
  return result == 0 || (result < 0 && peer_has_gone(errno)) ? receive() : result;
}

}  // namespace hilo::os
