// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include "hilo/detail/deadline.hpp"
#include "os/descriptor.hpp"

/// Contract: two-way streams between processes. A dead peer is an error, never a signal;
/// interrupted calls go on; no flag of the open file is changed, for other processes share it.
namespace hilo::os {

/// What a socket carries: bytes, or packets, of which one is sent and received at a time, whole.
struct StreamKind {
  bool packets;
  /// Between processes of this machine, so that descriptors can travel on it.
  bool local;
};
[[nodiscard]] StreamKind kind_of_stream(int descriptor) noexcept;

struct StreamPair {
  UniqueDescriptor first;
  UniqueDescriptor second;
};

/// Two ends that are each other's peer, with packets; if not `duplex`, the first only receives and
/// the second only sends. Throws: std::system_error.
[[nodiscard]] StreamPair make_stream_pair(bool duplex);

/// The largest packet that a socket surely takes.
constexpr std::size_t k_largest_packet = std::size_t{96} << 10;

/// Another descriptor for the same open file. Throws: std::system_error.
[[nodiscard]] UniqueDescriptor duplicate(int descriptor);

/// Receives at least one byte, and fills `room` where that costs no more; of packets one.
/// Returns: how many bytes, more than the room of a packet that was cut; 0 if the stream has ended;
///          nullopt if `deadline` passed first.
/// Throws:  std::system_error, never because the peer is gone.
[[nodiscard]] std::optional<std::size_t> receive(int descriptor, std::span<std::byte> room,
                                                 bool packets, detail::Deadline deadline);

/// Sends `head`, then `body`; both as one packet.
/// Returns: false if `deadline` passed first.
/// Throws:  std::system_error; EPIPE or ECONNRESET if the peer is gone.
/// `sent` grows by the bytes that have left, however the call ends.
[[nodiscard]] bool send(int descriptor, std::span<const std::byte> head,
                        std::span<const std::byte> body, detail::Deadline deadline,
                        std::size_t& sent);

/// Whether send() threw it because the peer is gone.
[[nodiscard]] bool peer_is_gone(const std::system_error& error) noexcept;

/// One attempt each, which sleeps in the system: the short way of messages that meet no trouble.
/// Return: how many bytes; 0 for whatever else, which receive() and send() then find out.
[[nodiscard]] std::size_t receive_packet(int descriptor, std::span<std::byte> room) noexcept;
[[nodiscard]] std::size_t send_at_once(int descriptor, std::span<const std::byte> bytes) noexcept;

/// Descriptors that can travel at once.
constexpr std::size_t k_most_descriptors = 253;

/// The same for descriptors, which travel with one byte.
[[nodiscard]] bool send_descriptors(int descriptor, std::span<const int> descriptors,
                                    detail::Deadline deadline);
/// Returns: false if `deadline` passed first.
/// Throws:  std::system_error; ECONNRESET if the stream has ended.
[[nodiscard]] bool receive_descriptors(int descriptor, std::vector<UniqueDescriptor>& arrived,
                                       detail::Deadline deadline);

/// The peer will receive no more, and learns it.
void end_sending(int descriptor) noexcept;

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
