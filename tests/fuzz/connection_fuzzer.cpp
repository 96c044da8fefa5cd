// SPDX-License-Identifier: MIT
// What a stranger may send to a connection, and to an end that authenticates.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing/connection.hpp"
#include "multiprocessing/channel.hpp"
#include "multiprocessing/handshake.hpp"

namespace {

namespace mp = hilo::multiprocessing;
using hilo::detail::connection::Handshake;

/// Arithmetic in place of cryptography: the protocol is what is tried.
class Sum final : public hilo::detail::connection::KeyedDigest {
 public:
  [[nodiscard]] std::string hmac(std::string_view digest, std::string_view text) const override {
    char sum = 0;
    for (const char c : text) sum = static_cast<char>(sum + c);
    return std::string(digest == "md5" ? 16 : 32, sum);
  }
  [[nodiscard]] std::string random(std::size_t count) const override {
    return std::string(count, 'r');
  }
  [[nodiscard]] bool same(std::string_view a, std::string_view b) const noexcept override {
    return a == b;
  }
};

void receive_all(int type, std::span<const std::uint8_t> bytes) {
  int ends[2];
  if (::socketpair(AF_UNIX, type, 0, ends) != 0) std::abort();
  auto connection = mp::connection::ConnectionAccess::make(hilo::os::UniqueDescriptor(ends[0]));
  // Pieces of the size that the first byte says; more than fits is left out.
  const std::size_t piece = bytes.empty() ? 1 : bytes[0] + std::size_t{1};
  for (std::size_t at = 1; at < bytes.size(); at += piece) {
    const std::size_t size = std::min(piece, bytes.size() - at);
    if (::send(ends[1], bytes.data() + at, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) break;
  }
  ::close(ends[1]);
  std::vector<std::byte> room(64);
  try {
    for (int turn = 0;; ++turn) {
      switch (turn % 3) {
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

// A peer that does not know the key never gets through.
void authenticate(Handshake::Role role, std::span<const std::uint8_t> bytes) {
  Handshake handshake(std::make_shared<Sum>(), role);
  try {
    (void)handshake.begin();
    while (!bytes.empty() && !handshake.done()) {
      const std::size_t size = std::min<std::size_t>(bytes[0], bytes.size() - 1);
      (void)handshake.take({reinterpret_cast<const char*>(bytes.data()) + 1, size});
      bytes = bytes.subspan(1 + size);
    }
  } catch (const hilo::AuthenticationError&) {
    if (handshake.done()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      receive_all(SOCK_STREAM | SOCK_CLOEXEC, rest);
      break;
    case 1:
      receive_all(SOCK_SEQPACKET | SOCK_CLOEXEC, rest);
      break;
    case 2:
      authenticate(Handshake::Role::listener, rest);
      break;
    default:
      authenticate(Handshake::Role::client, rest);
  }
  return 0;
}
