// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "os/descriptor.hpp"

/// Contract: packets with descriptors, between two processes, through something without a name.
namespace hilo::os {

/// Two ends; what is sent at one arrives at the other, whole packets in their order. Any number of
/// processes may share an end.
struct MessagePair {
  UniqueDescriptor first;
  UniqueDescriptor second;
};

/// Throws: std::system_error.
[[nodiscard]] MessagePair make_message_pair();

/// Sends `bytes` and copies of `descriptors` as one packet. Blocks while the other end has not read
/// many packets.
/// Returns: false if the other end is gone.
/// Throws: std::system_error.
[[nodiscard]] bool send_message(int socket, std::span<const std::byte> bytes,
                                std::span<const int> descriptors = {});

/// A packet that came: how many bytes, and its descriptors, none of which an exec passes on.
struct Message {
  std::size_t size;
  std::vector<UniqueDescriptor> descriptors;
};

/// The next packet, into `buffer`; what does not fit is dropped. Blocks until one comes.
/// Returns: nullopt if the other end is gone and nothing is left.
/// Throws: std::system_error.
[[nodiscard]] std::optional<Message> receive_message(int socket, std::span<std::byte> buffer);

/// Whether nobody can receive any more what is sent.
[[nodiscard]] bool peer_is_gone(int socket) noexcept;

}  // namespace hilo::os
