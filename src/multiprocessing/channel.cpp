// SPDX-License-Identifier: MIT
#include "multiprocessing/channel.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <system_error>
#include <utility>

#include "heap/objects.hpp"
#include "hilo/errors.hpp"

namespace hilo::detail::connection {
namespace {

constexpr std::size_t k_short_header = 4;
constexpr std::size_t k_long_header = 12;
constexpr std::uint64_t k_most_short = 0x7fffffff;
/// Instead of a length: descriptors follow, with one byte, and then the message.
constexpr std::uint64_t k_descriptors = 0xfffffffe;
constexpr std::uint64_t k_long = 0xffffffff;
/// A body up to here is copied behind its header: one plain send() is the cheapest call.
constexpr std::size_t k_copied = 2048;
/// On packets: a body up to here shares the header's.
constexpr std::size_t k_small = 16384;
/// Memory that is asked for on the word of a header, in whole packets, and kept for the next.
constexpr std::size_t k_believed = 160 * os::k_largest_packet;
constexpr std::size_t k_kept = std::size_t{2} << 20;

static_assert(std::endian::native == std::endian::little);

void put_short(std::byte* at, std::uint64_t number) noexcept {
  const std::uint32_t swapped = __builtin_bswap32(static_cast<std::uint32_t>(number));
  std::memcpy(at, &swapped, sizeof swapped);
}

std::uint64_t short_at(const std::byte* at) noexcept {
  std::uint32_t swapped = 0;
  std::memcpy(&swapped, at, sizeof swapped);
  return __builtin_bswap32(swapped);
}

std::uint64_t long_at(const std::byte* at) noexcept {
  return short_at(at) << 32 | short_at(at + 4);
}

std::span<const std::byte> write_header(std::array<std::byte, k_long_header>& room,
                                        std::uint64_t size) noexcept {
  if (size <= k_most_short) {
    put_short(room.data(), size);
    return std::span(room).first(k_short_header);
  }
  put_short(room.data(), k_long);
  put_short(room.data() + 4, size >> 32);
  put_short(room.data() + 8, size);
  return room;
}

// A message may be large once; its memory is not kept for the small ones.
void empty(marshal::Bytes& bytes) noexcept {
  if (bytes.size() > k_kept) {
    bytes = marshal::Bytes();
  } else {
    bytes.clear();
  }
}

}  // namespace

Channel::Channel(os::UniqueDescriptor descriptor, bool readable, bool writable,
                 family::ObjectRef carrier)
    : descriptor_(std::move(descriptor)),
      readable_(readable),
      writable_(writable),
      kind_(os::kind_of_stream(descriptor_.get())),
      carrier_(std::move(carrier)) {
  out_.set_transfer(this);
}

void Channel::check_readable() const {
  if (!readable_) throw RuntimeError("hilo: this end of the connection cannot receive");
}

void Channel::check_writable() const {
  if (!writable_) throw RuntimeError("hilo: this end of the connection cannot send");
  if (broken_) {
    throw BrokenPipeError("hilo: an earlier message was sent in part, so none can follow");
  }
}

void Channel::check_between_messages() const {
  if (!amid_message() && !broken_) return;
  throw RuntimeError(
      "hilo: the connection is in the middle of a message, so it cannot go on elsewhere");
}

void Channel::send(std::span<const std::byte> body, Deadline deadline) {
  if (body.size() > k_copied) {
    std::array<std::byte, k_long_header> room;
    return transmit(write_header(room, body.size()), body, deadline);
  }
  std::array<std::byte, k_short_header + k_copied> whole;
  put_short(whole.data(), body.size());
  std::ranges::copy(body, whole.begin() + k_short_header);
  transmit(std::span(whole).first(k_short_header + body.size()), {}, deadline);
}

marshal::Writer& Channel::begin() {
  check_writable();
  clear_written();
  out_.write_scalar(std::uint32_t{0});  // the header's place
  return out_;
}

void Channel::send_written(Deadline deadline) {
  const std::span<const std::byte> whole = out_.bytes();
  const auto body = whole.subspan(k_short_header);
  if (body.size() > (kind_.packets ? k_small : k_most_short)) {
    std::array<std::byte, k_long_header> room;
    return transmit(write_header(room, body.size()), body, deadline);
  }
  put_short(const_cast<std::byte*>(whole.data()), body.size());
  transmit(whole, {}, deadline);
}

void Channel::clear_written() noexcept {
  attached_.clear();
  for (const std::uint64_t object : in_flight_) {
    family::let_go_in_flight(object, carrier_.offset());
  }
  in_flight_.clear();
  if (out_.size() > k_kept) (void)out_.take();
  out_.clear();
}

void Channel::transmit(std::span<const std::byte> head, std::span<const std::byte> body,
                       Deadline deadline) {
  std::size_t left = 0;
  if (body.empty() && deadline.is_never() && attached_.empty()) {
    left = os::send_at_once(descriptor_.get(), head);
    if (left == head.size()) return in_flight_.clear();
    head = head.subspan(left);
  }
  const auto cut = [this, &left] {
    if (left == 0) return;
    broken_ = true;
    os::end_sending(descriptor_.get());
  };
  try {
    if (send_pieces(head, body, deadline, left)) return in_flight_.clear();
  } catch (const std::system_error& error) {
    cut();
    if (os::peer_is_gone(error)) throw BrokenPipeError("hilo: send: nobody is left to receive");
    throw;
  }
  cut();
  throw TimeoutError(left == 0 ? "hilo: send: the time is up, and nothing was sent"
                               : "hilo: send: the time is up in the middle of the message; the "
                                 "connection can send no more");
}

bool Channel::send_pieces(std::span<const std::byte> head, std::span<const std::byte> body,
                          Deadline deadline, std::size_t& left) {
  if (!attached_.empty()) {
    std::array<std::byte, k_short_header> mark;
    put_short(mark.data(), k_descriptors);
    if (!os::send(descriptor_.get(), mark, {}, deadline, left) ||
        !os::send_descriptors(descriptor_.get(), attached_, deadline)) {
      return false;
    }
  }
  const bool whole = !kind_.packets || head.size() + body.size() <= k_long_header + k_small;
  bool done = os::send(descriptor_.get(), head, whole ? body : body.first(0), deadline, left);
  for (std::size_t at = 0; done && !whole && at < body.size(); at += os::k_largest_packet) {
    const auto piece = body.subspan(at, std::min(os::k_largest_packet, body.size() - at));
    done = os::send(descriptor_.get(), piece, {}, deadline, left);
  }
  return done;
}

std::size_t Channel::receive_some(std::span<std::byte> room, Deadline deadline) {
  const auto count = os::receive(descriptor_.get(), room, kind_.packets, deadline);
  if (!count) throw TimeoutError("hilo: recv: the time is up");
  if (*count > room.size()) refuse_length();
  if (*count != 0) return *count;
  if (!amid_message()) throw EOFError("hilo: recv: nobody is left to send");
  throw std::system_error(ECONNRESET, std::generic_category(),
                          "hilo: recv: the peer ended in the middle of a message");
}

std::span<std::byte> Channel::packet_room() {
  if (packet_.empty()) (void)packet_.extend(k_long_header + k_small);
  return {packet_.data(), packet_.size()};
}

void Channel::adopt_packet(std::size_t count) {
  const bool is_long = count >= k_long_header && short_at(packet_.data()) == k_long;
  const std::size_t header = is_long ? k_long_header : k_short_header;
  if (count < header) refuse_length();
  std::copy_n(packet_.data(), header, header_.data());
  header_got_ = header;
  first_ = std::span<const std::byte>(packet_).subspan(header, count - header);
}

void Channel::receive_header(Deadline deadline, std::size_t maxlength) {
  check_readable();
  for (;;) {
    std::size_t needed = k_short_header;
    while (header_got_ < needed) {
      if (kind_.packets) {
        adopt_packet(receive_some(packet_room(), deadline));
        break;
      }
      header_got_ +=
          receive_some(std::span(header_).subspan(header_got_, needed - header_got_), deadline);
      const bool is_long = header_got_ >= k_short_header && short_at(header_.data()) == k_long;
      if (is_long) needed = k_long_header;
    }
    if (short_at(header_.data()) != k_descriptors) break;
    if (!kind_.local || !arrived_.empty() || !first_.empty()) refuse_length();
    if (!os::receive_descriptors(descriptor_.get(), arrived_, deadline)) {
      throw TimeoutError("hilo: recv: the time is up");
    }
    header_got_ = 0;
  }
  const std::uint64_t size = announced();
  if (size > maxlength || first_.size() > size) refuse_length();
  if (header_got_ == k_short_header && size > k_most_short) refuse_length();
  if (!first_.empty() && first_.size() < size) refuse_length();
}

std::uint64_t Channel::announced() const noexcept {
  return header_got_ == k_long_header ? long_at(header_.data() + k_short_header)
                                      : short_at(header_.data());
}

void Channel::refuse_length() {
  readable_ = false;
  forget();
  throw std::system_error(EMSGSIZE, std::generic_category(),
                          "hilo: recv: the message is longer than allowed, or no message");
}

void Channel::receive(Deadline deadline, std::size_t maxlength) {
  receive_header(deadline, std::min(maxlength, k_no_limit / 4));
  const std::uint64_t size = announced();
  if (first_.size() == size) return;
  while (body_.size() < size) {
    const std::size_t got = body_.size();
    const auto piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(size - got, std::max(k_believed, got)));
    std::byte* const room = body_.extend(piece);
    std::size_t count = 0;
    try {
      count = receive_some({room, piece}, deadline);
    } catch (...) {
      body_.shrink(std::min(piece, body_.size()));
      throw;
    }
    body_.shrink(piece - count);
  }
}

std::size_t Channel::receive_into(std::span<std::byte> room, Deadline deadline) {
  if (kind_.packets && deadline.is_never() && readable_ && !amid_message()) {
    const std::span<std::byte> packet = packet_room();
    const std::size_t count = os::receive_packet(descriptor_.get(), packet);
    const std::size_t size = count - k_short_header;
    if (count >= k_short_header && short_at(packet.data()) == size && size <= room.size()) {
      std::memcpy(room.data(), packet.data() + k_short_header, size);
      return size;
    }
    if (count > packet.size()) refuse_length();
    if (count != 0) adopt_packet(count);
  }
  receive_header(deadline, k_no_limit / 4);
  const std::uint64_t size = announced();
  if (size > room.size() || !body_.empty()) {
    receive(deadline);
    if (size > room.size()) return k_no_limit;
  }
  std::size_t got = body().size();
  std::copy_n(body().data(), got, room.data());
  try {
    while (got < size) {
      got += receive_some(room.subspan(got, static_cast<std::size_t>(size) - got), deadline);
    }
  } catch (...) {
    body_.append(room.data(), got);  // the next receive goes on from here
    throw;
  }
  forget();
  return static_cast<std::size_t>(size);
}

marshal::Reader Channel::reader() noexcept {
  marshal::Reader in(body());
  in.set_receiver(this);
  return in;
}

marshal::Bytes Channel::take() {
  marshal::Bytes taken = first_.empty() ? std::move(body_) : marshal::Bytes(first_);
  forget();
  return taken;
}

void Channel::forget() noexcept {
  header_got_ = 0;
  first_ = {};
  empty(body_);
  arrived_.clear();
}

void Channel::sent(std::uint64_t offset) {
  if (carrier_) {
    in_flight_.reserve(in_flight_.size() + 1);
    family::hold_in_flight(offset, carrier_.offset());
    in_flight_.push_back(offset);
    return;
  }
  const auto known = [offset](const family::ObjectRef& object) {
    return object.offset() == offset;
  };
  if (std::ranges::any_of(held_for_peer_, known)) return;
  held_for_peer_.push_back(family::ObjectRef::find(offset, family::serial_of(offset)));
}

void Channel::received(std::uint64_t offset) {
  if (carrier_) family::let_go_in_flight(offset, carrier_.offset());
}

std::uint32_t Channel::attach(int descriptor) {
  if (!kind_.local) {
    throw PicklingError(
        "hilo: a connection cannot leave the machine: this one's peer may be another");
  }
  if (attached_.size() == os::k_most_descriptors) {
    throw PicklingError(
        fmt::format("hilo: more than {} connections in one message", os::k_most_descriptors));
  }
  attached_.push_back(descriptor);
  return static_cast<std::uint32_t>(attached_.size() - 1);
}

int Channel::detach(std::uint32_t number) {
  if (number >= arrived_.size() || !arrived_[number]) {
    throw UnpicklingError("hilo: the message speaks of a connection that did not come with it");
  }
  return arrived_[number].release();
}

void DeleteChannel::operator()(Channel* channel) const noexcept { delete channel; }

}  // namespace hilo::detail::connection
