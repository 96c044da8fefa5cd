// SPDX-License-Identifier: MIT
// What a stranger may send to a connection: frames on a stream and on packets, with descriptors
// where the wire has them and where it has not. None is left open.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing/connection.hpp"
#include "multiprocessing/channel.hpp"

namespace {

namespace mp = hilo::multiprocessing;

// With one byte and `count` descriptors, as the wire has them, and with other numbers of bytes.
bool send_descriptors(int socket, std::span<const std::uint8_t> bytes, std::size_t count) {
  alignas(cmsghdr) std::byte control[CMSG_SPACE(3 * sizeof(int))]{};
  iovec piece = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = CMSG_SPACE(count * sizeof(int));
  cmsghdr* const part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(count * sizeof(int));
  std::fill_n(reinterpret_cast<int*>(CMSG_DATA(part)), count, STDERR_FILENO);
  return ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

int lowest_free_descriptor() {
  const int number = ::dup(STDERR_FILENO);
  ::close(number);
  return number;
}

// Pieces as the input says: a byte for the size, with descriptors if it is large; more than fits is
// left out.
void send_all(int socket, std::span<const std::uint8_t> bytes) {
  while (bytes.size() > 1) {
    const bool with_descriptors = bytes[0] >= 0xf0;
    const std::size_t size = std::min<std::size_t>(
        with_descriptors ? bytes[0] % 4 + std::size_t{1} : bytes[0] + std::size_t{1},
        bytes.size() - 1);
    const auto piece = bytes.subspan(1, size);
    const bool sent = with_descriptors
                          ? send_descriptors(socket, piece, bytes[0] / 4 % 3 + std::size_t{1})
                          : ::send(socket, piece.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
    if (!sent) break;
    bytes = bytes.subspan(1 + size);
  }
}

void receive_all(int type, std::span<const std::uint8_t> bytes) {
  int ends[2];
  if (::socketpair(AF_UNIX, type, 0, ends) != 0) std::abort();
  auto connection = mp::connection::ConnectionAccess::make(hilo::os::UniqueDescriptor(ends[0]));
  send_all(ends[1], bytes);
  ::close(ends[1]);
  std::vector<std::byte> room(64);
  try {
    for (int turn = 0;; ++turn) {
      switch (turn % 4) {
        case 0:
          (void)connection.recv_bytes(1 << 20, false);
          break;
        case 1:
          try {
            connection.recv_bytes_into(room, false);
          } catch (const mp::BufferTooShort& error) {
            if (error.message().size() <= room.size()) std::abort();
          }
          break;
        case 2:
          try {
            (void)connection.recv<std::vector<mp::Connection>>(false);
          } catch (const hilo::UnpicklingError&) {
          }
          break;
        default:
          try {
            (void)connection.recv<std::vector<std::string>>(false);
          } catch (const hilo::UnpicklingError&) {
          }
      }
    }
  } catch (const hilo::EOFError&) {
  } catch (const hilo::RuntimeError&) {
  } catch (const std::system_error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  const int before = lowest_free_descriptor();
  receive_all((data[0] % 2 == 0 ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC, rest);
  if (lowest_free_descriptor() != before) std::abort();
  return 0;
}
