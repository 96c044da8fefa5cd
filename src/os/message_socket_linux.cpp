// SPDX-License-Identifier: MIT
#include "os/message_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "os/faults.hpp"
#include "os/receive_linux.hpp"

namespace hilo::os {
namespace {

constexpr std::size_t k_most_descriptors = 16;

[[noreturn]] void refuse(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

struct alignas(cmsghdr) Control {
  char bytes[CMSG_SPACE(sizeof(int) * k_most_descriptors)];
};

std::vector<UniqueDescriptor> take_descriptors(msghdr& header) {
  std::vector<UniqueDescriptor> taken;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t place = 0; place < count; ++place) {
      int descriptor;
      std::memcpy(&descriptor, CMSG_DATA(part) + place * sizeof(int), sizeof descriptor);
      taken.emplace_back(above_standard_streams(descriptor));
    }
  }
  return taken;
}

}  // namespace

MessagePair make_message_pair() {
  int ends[2];
  if (fault("socketpair") || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    refuse("hilo: socketpair");
  }
  MessagePair pair{UniqueDescriptor(above_standard_streams(ends[0])),
                   UniqueDescriptor(above_standard_streams(ends[1]))};
  if (!pair.first || !pair.second) refuse("hilo: fcntl(F_DUPFD_CLOEXEC)");
  return pair;
}

bool send_message(int socket, std::span<const std::byte> bytes, std::span<const int> descriptors) {
  iovec part = {const_cast<std::byte*>(bytes.data()), bytes.size()};
  Control control = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  for (;;) {
    if (!fault("sendmsg") && ::sendmsg(socket, &header, MSG_NOSIGNAL) >= 0) return true;
    if (peer_has_gone(errno)) return false;
    if (errno != EINTR) refuse("hilo: sendmsg");
  }
}

std::optional<Message> receive_message(int socket, std::span<std::byte> buffer) {
  iovec part = {buffer.data(), buffer.size()};
  Control control;
  msghdr header;
  const auto receive = [&] {
    header = {};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
    return fault("recvmsg") ? -1 : ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  };
  for (;;) {
    const ssize_t size = receive_to_the_end(receive);
    if (size > 0) return Message{static_cast<std::size_t>(size), take_descriptors(header)};
    if (size == 0) return std::nullopt;
    if (errno != EINTR) refuse("hilo: recvmsg");
  }
}

bool peer_is_gone(int socket) noexcept {
  struct pollfd entry = {socket, 0, 0};
  return ::poll(&entry, 1, 0) > 0;
}

}  // namespace hilo::os
