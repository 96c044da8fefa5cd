// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "hilo/detail/connection/message.hpp"
#include "hilo/detail/family/object.hpp"
#include "hilo/marshal.hpp"
#include "hilo/multiprocessing/connection.hpp"
#include "os/stream.hpp"

namespace hilo::detail::connection {

constexpr std::size_t k_no_limit = std::numeric_limits<std::size_t>::max();

/// Messages on a stream, framed as by CPython (docs/design/connection.md). The sending half and the
/// receiving half share nothing that changes, but for an oversize message's end of both.
class Channel final : marshal::HandleTransfer, marshal::HandleReceiver {
 public:
  /// Both ends of a pipe have its `carrier`, which holds the handles that are on their way.
  Channel(os::UniqueDescriptor descriptor, bool readable, bool writable,
          family::ObjectRef carrier = {});

  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }
  [[nodiscard]] const family::ObjectRef& carrier() const noexcept { return carrier_; }
  [[nodiscard]] bool readable() const noexcept { return readable_; }
  [[nodiscard]] bool writable() const noexcept { return writable_; }
  /// Whether a message has come in part.
  [[nodiscard]] bool amid_message() const noexcept { return header_got_ != 0 || !arrived_.empty(); }

  /// Throw RuntimeError; BrokenPipeError after a send that was cut short.
  void check_readable() const;
  void check_writable() const;
  /// Throws RuntimeError if a message has come or gone in part: the end can be nobody else's then.
  void check_between_messages() const;

  /// Sends one message. Throws: as Connection::send().
  void send(std::span<const std::byte> body, Deadline deadline);

  /// A message that is written in place: begin, write, send_written(); or clear_written().
  marshal::Writer& begin();
  [[nodiscard]] marshal::Writer& writer() noexcept { return out_; }
  void send_written(Deadline deadline);
  void clear_written() noexcept;

  /// Waits for the next message, whole. Throws: as Connection::recv().
  void receive(Deadline deadline, std::size_t maxlength = k_no_limit);
  /// The same, into `room` if it fits there.
  /// Returns: its size, and the message is gone; k_no_limit if it did not fit, and it is kept.
  [[nodiscard]] std::size_t receive_into(std::span<std::byte> room, Deadline deadline);
  /// The message that was received: read, taken, or forgotten.
  [[nodiscard]] std::span<const std::byte> body() const noexcept {
    return first_.empty() ? std::span<const std::byte>(body_) : first_;
  }
  [[nodiscard]] marshal::Reader reader() noexcept;
  [[nodiscard]] marshal::Bytes take();
  void forget() noexcept;

 private:
  void sent(std::uint64_t offset) override;
  std::uint32_t attach(int descriptor) override;
  void received(std::uint64_t offset) override;
  int detach(std::uint32_t number) override;

  void transmit(std::span<const std::byte> head, std::span<const std::byte> body,
                Deadline deadline);
  [[nodiscard]] bool send_pieces(std::span<const std::byte> head, std::span<const std::byte> body,
                                 Deadline deadline, std::size_t& left);
  void receive_header(Deadline deadline, std::size_t maxlength);
  [[nodiscard]] std::span<std::byte> packet_room();
  void adopt_packet(std::size_t count);
  [[nodiscard]] std::uint64_t announced() const noexcept;
  [[nodiscard]] std::size_t receive_some(std::span<std::byte> room, Deadline deadline);
  [[noreturn]] void refuse_length();

  os::UniqueDescriptor descriptor_;
  bool readable_;
  bool writable_;
  /// A message has left in part.
  bool broken_ = false;
  os::StreamKind kind_;
  family::ObjectRef carrier_;

  marshal::Writer out_;
  std::vector<int> attached_;
  std::vector<std::uint64_t> in_flight_;  ///< by a message that is not sent yet
  /// Of an end without a carrier: what it has ever sent.
  std::vector<family::ObjectRef> held_for_peer_;

  std::array<std::byte, 12> header_;
  std::size_t header_got_ = 0;
  /// Of packets: where the first of a message comes, and what it had behind the header. A small
  /// message is all there, and is read where it stands.
  marshal::Bytes packet_;
  std::span<const std::byte> first_;
  /// Of any other.
  marshal::Bytes body_;
  std::vector<os::UniqueDescriptor> arrived_;
};

}  // namespace hilo::detail::connection

namespace hilo::multiprocessing::connection {

/// How the library reaches into a Connection.
class ConnectionAccess {
 public:
  [[nodiscard]] static Connection make(os::UniqueDescriptor descriptor, bool readable = true,
                                       bool writable = true,
                                       detail::family::ObjectRef carrier = {});
  /// Throws: ValueError if it is closed.
  [[nodiscard]] static detail::connection::Channel& channel(const Connection& connection);
};

}  // namespace hilo::multiprocessing::connection
