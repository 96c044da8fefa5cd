// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hilo/detail/connection/message.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/queue/patience.hpp"
#include "hilo/marshal.hpp"
#include "hilo/multiprocessing/buffer_too_short.hpp"

namespace hilo {
class Object;
}

/// Python's multiprocessing.connection: messages between processes.
namespace hilo::multiprocessing::connection {

/// How long a call waits: true for ever, false not at all, or a duration, which covers all of it.
using Patience = detail::queue::Patience;

/// A count of bytes; no bool, which is a Patience.
template <class N>
concept ByteCount = std::integral<N> && !std::same_as<N, bool>;

/// One end of a stream of messages: of a Pipe(), or what Listener::accept() and Client() return.
///
///     auto [mine, childs] = mp::Pipe();
///     mp::Process worker(work, std::move(childs));      // void work(mp::Connection connection)
///     worker.start();
///     mine.send(urls);
///     auto sizes = mine.recv<std::vector<int>>(10s);
///
/// Moved, not copied, so that its last owner's end is the peer's EOFError. It crosses as an
/// argument of a Process and through another local connection (`other.send(end)`: both have it open
/// then).
///
/// A child of a fork inherits the ends that its parent keeps, too: unless it closes them, it does
/// not see the parent's end. Others get what they are given.
///
/// A receive that runs out of time loses nothing: the next one goes on with the message. A send
/// that runs out of time in the middle of a message ends the sending: the peer has half of it.
///
/// Python:    multiprocessing.connection.Connection; differs: deadlines; a closed end is
/// ValueError,
///            a wrong direction RuntimeError; typed objects by hilo::marshal.
/// Safe from: one thread that sends beside one that receives.
class HILO_EXPORT Connection {
 public:
  /// Closed.
  Connection() noexcept = default;
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&&) noexcept = default;
  ~Connection() = default;

  /// Sends a value of any type that hilo::marshal knows.
  ///
  /// Blocks: until the system has taken it all, at most `patience`.
  /// Throws: PicklingError; BrokenPipeError if nobody can receive it; TimeoutError;
  ///         std::system_error; ValueError if closed; RuntimeError if not writable.
  template <class T>
  void send(const T& value, Patience patience = true) {
    marshal::require_marshalable<T>();
    if constexpr (marshal::Marshalable<T>) {
      detail::connection::Outgoing message(channel_.get());
      message.writer().write_scalar(marshal::type_hash<T>());
      marshal::dump_to(message.writer(), value);
      message.send(patience.deadline());
    }
  }

  /// Receives a value that was sent as a T.
  ///
  /// Blocks: until it has come, at most `patience`.
  /// Throws: EOFError if nobody is left to send; TimeoutError; UnpicklingError if the message is
  ///         another type's, and the message is gone; std::system_error, with ECONNRESET if the
  ///         peer ended in the middle of a message; ValueError if closed; RuntimeError if not
  ///         readable.
  template <class T>
  [[nodiscard]] T recv(Patience patience = true) {
    marshal::require_marshalable<T>();
    if constexpr (marshal::Marshalable<T>) {
      detail::connection::Incoming message(channel_.get(), patience.deadline());
      marshal::Reader in = message.reader();
      in.expect_types(marshal::type_hash<T>());
      T value = marshal::load_from<T>(in);
      in.finish();
      return value;
    } else {
      std::abort();
    }
  }

  /// Sends `bytes` as one message.
  ///
  /// Throws: as send().
  void send_bytes(std::span<const std::byte> bytes, Patience patience = true);
  void send_bytes(std::string_view text, Patience patience = true) {
    send_bytes(std::as_bytes(std::span(text)), patience);
  }
  /// `size` of the bytes, from `offset` on.
  ///
  /// Throws: as send(); ValueError if there are not so many.
  void send_bytes(std::span<const std::byte> bytes, std::size_t offset,
                  std::optional<std::size_t> size = {}, Patience patience = true);

  /// Receives one message.
  ///
  /// Throws: as recv().
  [[nodiscard]] marshal::Bytes recv_bytes(Patience patience = true);
  /// The same, of at most `maxlength` bytes.
  ///
  /// Throws: as recv(); std::system_error with EMSGSIZE if the message is longer: then it can no
  ///         longer be received from this end, which is closed if it cannot send either.
  template <ByteCount N>
  [[nodiscard]] marshal::Bytes recv_bytes(N maxlength, Patience patience = true) {
    if (!std::in_range<std::size_t>(maxlength)) refuse_length();
    return recv_at_most(static_cast<std::size_t>(maxlength), patience);
  }
  /// Receives one message into `buffer`, from `offset` on.
  ///
  /// Returns: its size.
  /// Throws:  as recv(); BufferTooShort, which has the message, if there is not enough room;
  ///          ValueError if `offset` is beyond the buffer.
  std::size_t recv_bytes_into(std::span<std::byte> buffer, Patience patience = true) {
    return recv_bytes_into(buffer, 0, patience);
  }
  template <ByteCount N>
  std::size_t recv_bytes_into(std::span<std::byte> buffer, N offset, Patience patience = true) {
    if (!std::in_range<std::size_t>(offset)) refuse_length();
    return recv_into(buffer, static_cast<std::size_t>(offset), patience);
  }

  /// Sends plain data as a pickle, which Python's recv() reads; with hilo/pickle.hpp.
  ///
  /// Throws: as send().
  void send_object(const Object& value, Patience patience = true);
  /// Receives what Python's send() wrote: plain data, and the exceptions that are known.
  ///
  /// Throws: as recv(); UnpicklingError for anything else, and the message is gone.
  [[nodiscard]] Object recv_object(Patience patience = true);

  /// Whether there is something to receive: a message, its beginning, or the end of the stream.
  ///
  /// Blocks: at most `patience`.
  /// Throws: std::system_error; ValueError if closed; RuntimeError if not readable.
  [[nodiscard]] bool poll(Patience patience = false) const;

  /// The socket. It is readable when there is something to receive.
  ///
  /// Throws: ValueError if closed.
  [[nodiscard]] int fileno() const;

  /// Another end like this one, at the same peer: which of the two gets a message is open.
  ///
  /// Throws: std::system_error; ValueError if closed; RuntimeError in the middle of a message.
  [[nodiscard]] Connection duplicate() const;

  /// Lets go of the end; nothing if it is closed.
  void close() noexcept { channel_.reset(); }
  [[nodiscard]] bool closed() const noexcept { return channel_ == nullptr; }
  [[nodiscard]] bool readable() const noexcept;
  [[nodiscard]] bool writable() const noexcept;

 private:
  friend class ConnectionAccess;
  explicit Connection(detail::connection::Channel* channel) noexcept : channel_(channel) {}
  [[nodiscard]] marshal::Bytes recv_at_most(std::size_t maxlength, Patience patience);
  std::size_t recv_into(std::span<std::byte> buffer, std::size_t offset, Patience patience);
  [[noreturn]] static void refuse_length();

  std::unique_ptr<detail::connection::Channel, detail::connection::DeleteChannel> channel_;
};

}  // namespace hilo::multiprocessing::connection

namespace hilo::multiprocessing {

using connection::Connection;

/// Keyword arguments of Pipe().
struct PipeOptions {
  bool duplex = true;
};

/// Two connected ends. Without `duplex` the first receives and the second sends.
///
/// Throws: std::system_error.
/// Python: multiprocessing.Pipe(duplex=True).
[[nodiscard]] HILO_EXPORT std::pair<Connection, Connection> Pipe(PipeOptions options = {});
[[nodiscard]] inline std::pair<Connection, Connection> Pipe(bool duplex) {
  return Pipe(PipeOptions{duplex});
}

}  // namespace hilo::multiprocessing

/// An end travels as the open file that it is.
template <>
struct HILO_EXPORT hilo::marshal::codec<hilo::multiprocessing::Connection> {
  static constexpr std::size_t k_least_size = 5;
  static void write(Writer& out, const hilo::multiprocessing::Connection& connection);
  static hilo::multiprocessing::Connection read(Reader& in);
};
