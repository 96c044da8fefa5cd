// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "hilo/detail/deadline.hpp"
#include "os/descriptor.hpp"

/// Contract: two-way streams of bytes between processes. A dead peer is an error, never a signal;
/// interrupted calls go on; no flag of the open file is changed, for other processes share it.
namespace hilo::os {

struct StreamPair {
  UniqueDescriptor first;
  UniqueDescriptor second;
};

/// Two ends that are each other's peer; if not `duplex`, the first only receives and the second
/// only sends. Throws: std::system_error.
[[nodiscard]] StreamPair make_stream_pair(bool duplex);

/// Another descriptor for the same open file. Throws: std::system_error.
[[nodiscard]] UniqueDescriptor duplicate(int descriptor);

/// Descriptors that one message can carry.
constexpr std::size_t k_most_descriptors = 253;

/// Receives at least one byte. Descriptors that come along, of one message at most, are put behind
/// `arrived`; without that they are closed, and where it costs no more, `room` is filled.
/// Returns: how many bytes; 0 if the stream has ended; nullopt if `deadline` passed first.
/// Throws:  std::system_error; ECONNRESET if the peer is gone with bytes of ours unread.
[[nodiscard]] std::optional<std::size_t> receive(int descriptor, std::span<std::byte> room,
                                                 detail::Deadline deadline,
                                                 std::vector<UniqueDescriptor>* arrived);

/// Sends `head`, then `body`; the descriptors travel with the first byte.
/// Returns: false if `deadline` passed first.
/// Throws:  std::system_error; EPIPE or ECONNRESET if the peer is gone.
/// `sent` counts the bytes that have left, however the call ends.
[[nodiscard]] bool send(int descriptor, std::span<const std::byte> head,
                        std::span<const std::byte> body, std::span<const int> descriptors,
                        detail::Deadline deadline, std::size_t& sent);

/// The peer will receive no more, and learns it.
void end_sending(int descriptor) noexcept;

/// Whether the stream is one between processes of this machine, which descriptors can travel on.
[[nodiscard]] bool carries_descriptors(int descriptor) noexcept;

struct PollEntry {
  int descriptor;
  bool ready = false;
};

/// Waits until one of the descriptors can be read from, or accepted on, without blocking; the end
/// of a stream and errors count.
/// Returns: false if `deadline` passed first.
/// Throws:  std::system_error; EBADF if one of them is not open.
[[nodiscard]] bool wait_readable(std::span<PollEntry> entries, detail::Deadline deadline);
[[nodiscard]] bool wait_readable(int descriptor, detail::Deadline deadline);

/// The same until the descriptor can be written to.
[[nodiscard]] bool wait_writable(int descriptor, detail::Deadline deadline);

}  // namespace hilo::os
