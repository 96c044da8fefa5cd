// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/connection.hpp"

#include <fmt/core.h>

#include <memory>
#include <utility>

#include "hilo/detail/family/handle.hpp"
#include "hilo/errors.hpp"
#include "hilo/pickle.hpp"
#include "multiprocessing/channel.hpp"

namespace hilo::detail::connection {
namespace {

Channel& open(Channel* channel) {
  if (channel == nullptr) throw ValueError("hilo: the connection is closed");
  return *channel;
}

}  // namespace

Outgoing::Outgoing(Channel* channel) : channel_(open(channel)) { channel_.begin(); }
Outgoing::~Outgoing() { channel_.clear_written(); }
marshal::Writer& Outgoing::writer() noexcept { return channel_.writer(); }
void Outgoing::send(Deadline deadline) { channel_.send_written(deadline); }

Incoming::Incoming(Channel* channel, Deadline deadline) : channel_(open(channel)) {
  channel_.receive(deadline);
}
Incoming::~Incoming() { channel_.forget(); }
marshal::Reader Incoming::reader() noexcept { return channel_.reader(); }

}  // namespace hilo::detail::connection

namespace hilo::multiprocessing::connection {

using detail::connection::Channel;
using detail::connection::k_no_limit;

Connection ConnectionAccess::make(os::UniqueDescriptor descriptor, bool readable, bool writable,
                                  detail::family::ObjectRef carrier) {
  return Connection(new Channel(std::move(descriptor), readable, writable, std::move(carrier)));
}

Channel& ConnectionAccess::channel(const Connection& connection) {
  return detail::connection::open(connection.channel_.get());
}

void Connection::send_bytes(std::span<const std::byte> bytes, Patience patience) {
  Channel& channel = ConnectionAccess::channel(*this);
  channel.check_writable();
  channel.send(bytes, patience.deadline());
}

void Connection::send_bytes(std::span<const std::byte> bytes, std::size_t offset,
                            std::optional<std::size_t> size, Patience patience) {
  if (offset > bytes.size() || size.value_or(0) > bytes.size() - offset) {
    throw ValueError(fmt::format("hilo: send_bytes: offset {} and size {} in a buffer of {} bytes",
                                 offset, size.value_or(0), bytes.size()));
  }
  send_bytes(bytes.subspan(offset, size.value_or(bytes.size() - offset)), patience);
}

marshal::Bytes Connection::recv_bytes(Patience patience) {
  return recv_at_most(k_no_limit, patience);
}

marshal::Bytes Connection::recv_at_most(std::size_t maxlength, Patience patience) {
  Channel& channel = ConnectionAccess::channel(*this);
  try {
    channel.receive(patience.deadline(), maxlength);
  } catch (...) {
    if (!channel.readable() && !channel.writable()) close();
    throw;
  }
  return channel.take();
}

std::size_t Connection::recv_into(std::span<std::byte> buffer, std::size_t offset,
                                  Patience patience) {
  Channel& channel = ConnectionAccess::channel(*this);
  if (offset > buffer.size()) {
    throw ValueError(fmt::format("hilo: recv_bytes_into: offset {} in a buffer of {} bytes", offset,
                                 buffer.size()));
  }
  const std::size_t size = channel.receive_into(buffer.subspan(offset), patience.deadline());
  if (size != k_no_limit) return size;
  marshal::Bytes message = channel.take();
  const std::string text = fmt::format("hilo: a message of {} bytes for a buffer of {}",
                                       message.size(), buffer.size() - offset);
  throw BufferTooShort(text, std::move(message));
}

void Connection::send_object(const Object& value, Patience patience) {
  ConnectionAccess::channel(*this).check_writable();
  send_bytes(pickle::dumps(value), patience);
}

Object Connection::recv_object(Patience patience) {
  detail::connection::Incoming message(channel_.get(), patience.deadline());
  return pickle::loads(channel_->body());
}

void Connection::refuse_length() { throw ValueError("hilo: a negative count of bytes"); }

bool Connection::poll(Patience patience) const {
  const Channel& channel = ConnectionAccess::channel(*this);
  channel.check_readable();
  return channel.amid_message() || os::wait_readable(channel.descriptor(), patience.deadline());
}

int Connection::fileno() const { return ConnectionAccess::channel(*this).descriptor(); }

Connection Connection::duplicate() const {
  const Channel& channel = ConnectionAccess::channel(*this);
  channel.check_between_messages();
  return ConnectionAccess::make(os::duplicate(channel.descriptor()), channel.readable(),
                                channel.writable(), channel.carrier());
}

bool Connection::readable() const noexcept { return channel_ && channel_->readable(); }

bool Connection::writable() const noexcept { return channel_ && channel_->writable(); }

}  // namespace hilo::multiprocessing::connection

namespace hilo::multiprocessing {

std::pair<Connection, Connection> Pipe(PipeOptions options) {
  using connection::ConnectionAccess;
  using detail::family::ObjectRef;
  os::StreamPair pair = os::make_stream_pair(options.duplex);
  const ObjectRef carrier = ObjectRef::create(1);
  Connection first = ConnectionAccess::make(std::move(pair.first), true, options.duplex, carrier);
  return {std::move(first),
          ConnectionAccess::make(std::move(pair.second), options.duplex, true, carrier)};
}

}  // namespace hilo::multiprocessing

namespace hilo::marshal {

using hilo::detail::family::ObjectRef;
using multiprocessing::Connection;
using multiprocessing::connection::ConnectionAccess;

namespace {
enum Flags : int { k_readable = 1, k_writable = 2, k_has_carrier = 4 };
}

void codec<Connection>::write(Writer& out, const Connection& connection) {
  const auto& channel = ConnectionAccess::channel(connection);
  channel.check_between_messages();
  if (out.transfer() == nullptr) {
    out.refuse("a connection travels as an argument of a process or through another connection");
  }
  out.write_scalar(out.transfer()->attach(channel.descriptor()));
  const int flags = (channel.readable() ? k_readable : 0) | (channel.writable() ? k_writable : 0) |
                    (channel.carrier() ? k_has_carrier : 0);
  out.write_scalar(static_cast<std::uint8_t>(flags));
  if (channel.carrier()) dump_to(out, channel.carrier());
}

Connection codec<Connection>::read(Reader& in) {
  const auto number = in.read_scalar<std::uint32_t>();
  const auto flags = in.read_scalar<std::uint8_t>();
  if (in.receiver() == nullptr) in.refuse("a connection did not come with these bytes");
  os::UniqueDescriptor descriptor(in.receiver()->detach(number));
  ObjectRef carrier;
  if ((flags & k_has_carrier) != 0) carrier = load_from<ObjectRef>(in);
  return ConnectionAccess::make(std::move(descriptor), (flags & k_readable) != 0,
                                (flags & k_writable) != 0, std::move(carrier));
}

}  // namespace hilo::marshal
