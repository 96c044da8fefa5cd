// SPDX-License-Identifier: MIT
#include "os/stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "os/faults.hpp"
#include "os/poll_linux.hpp"
#include "os/receive_linux.hpp"

namespace hilo::os {
namespace {

using detail::Deadline;

[[noreturn]] void refuse(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

[[noreturn]] void refuse_bad() {
  errno = EBADF;
  refuse("hilo: ppoll");
}

bool wait_for(int descriptor, short events, Deadline deadline) {
  pollfd entry = {descriptor, events, 0};
  if (!poll_until({&entry, 1}, deadline)) return false;
  if ((entry.revents & POLLNVAL) != 0) refuse_bad();
  return true;
}

// Calls `transfer(flags)` until it does not fail with "not now". Returns: -1 if `deadline` passed
// first, or if the peer is what has gone.
template <class Transfer, class Wait>
ssize_t repeat(const char* call, int flags, Deadline deadline, const Transfer& transfer,
               const Wait& wait) {
  // A call without a deadline sleeps in the kernel; any other only looks, and sleeps in ppoll().
  if (!deadline.is_never()) flags |= MSG_DONTWAIT;
  for (;;) {
    const ssize_t count = fault(call) ? -1 : transfer(flags);
    if (count >= 0) return count;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      throw std::system_error(errno, std::generic_category(), std::string("hilo: ") + call);
    }
    if (deadline.passed() || !wait(deadline)) return -1;
  }
}

template <class Transfer>
ssize_t repeat_receive(int descriptor, int flags, Deadline deadline, const Transfer& transfer) {
  return repeat(
      "recv", flags, deadline,
      [&transfer](int how) { return receive_to_the_end([&] { return transfer(how); }); },
      [descriptor](Deadline until) { return wait_readable(descriptor, until); });
}

template <class Transfer>
ssize_t repeat_send(int descriptor, Deadline deadline, const Transfer& transfer) {
  return repeat("send", MSG_NOSIGNAL, deadline, transfer,
                [descriptor](Deadline until) { return wait_writable(descriptor, until); });
}

// Room for descriptors, and the byte that they travel with.
struct DescriptorMessage {
  alignas(cmsghdr) std::byte control[CMSG_SPACE(k_most_descriptors * sizeof(int))]{};
  std::byte byte{};
  iovec piece{&byte, 1};
  msghdr message{};

  explicit DescriptorMessage(std::size_t count) {
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
  }
};

}  // namespace

StreamKind kind_of_stream(int descriptor) noexcept {
  const auto option = [descriptor](int name) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
  };
  return {option(SO_TYPE) == SOCK_SEQPACKET, option(SO_DOMAIN) == AF_UNIX};
}

StreamPair make_stream_pair(bool duplex) {
  int ends[2];
  if (fault("socketpair") || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    refuse("hilo: socketpair");
  }
  StreamPair pair{UniqueDescriptor(ends[0]), UniqueDescriptor(ends[1])};
  pair.first.reset(above_standard_streams(pair.first.release()));
  pair.second.reset(above_standard_streams(pair.second.release()));
  if (!pair.first || !pair.second) refuse("hilo: fcntl(F_DUPFD_CLOEXEC)");
  if (!duplex) ::shutdown(pair.first.get(), SHUT_WR);
  return pair;
}

UniqueDescriptor duplicate(int descriptor) {
  UniqueDescriptor copy(fault("fcntl") ? -1
                                       : ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!copy) refuse("hilo: fcntl(F_DUPFD_CLOEXEC)");
  return copy;
}

std::optional<std::size_t> receive(int descriptor, std::span<std::byte> room, bool packets,
                                   Deadline deadline) {
  const ssize_t count = repeat_receive(
      descriptor, packets ? MSG_TRUNC : MSG_WAITALL, deadline,
      [&](int flags) { return ::recv(descriptor, room.data(), room.size(), flags); });
  return count < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(count));
}

bool send(int descriptor, std::span<const std::byte> head, std::span<const std::byte> body,
          Deadline deadline, std::size_t& sent) {
  while (!head.empty() || !body.empty()) {
    if (head.empty()) std::swap(head, body);
    const ssize_t count = repeat_send(descriptor, deadline, [&](int flags) {
      if (body.empty()) return ::send(descriptor, head.data(), head.size(), flags);
      iovec pieces[] = {{const_cast<std::byte*>(head.data()), head.size()},
                        {const_cast<std::byte*>(body.data()), body.size()}};
      msghdr message{};
      message.msg_iov = pieces;
      message.msg_iovlen = 2;
      return ::sendmsg(descriptor, &message, flags);
    });
    if (count < 0) return false;
    const auto left = static_cast<std::size_t>(count);
    sent += left;
    const std::size_t of_head = std::min(left, head.size());
    head = head.subspan(of_head);
    body = body.subspan(left - of_head);
  }
  return true;
}

bool peer_is_gone(const std::system_error& error) noexcept {
  return peer_has_gone(error.code().value());
}

std::size_t receive_packet(int descriptor, std::span<std::byte> room) noexcept {
  if (faults::armed()) return 0;
  const ssize_t count = ::recv(descriptor, room.data(), room.size(), MSG_TRUNC);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

std::size_t send_at_once(int descriptor, std::span<const std::byte> bytes) noexcept {
  if (faults::armed()) return 0;
  const ssize_t count = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

bool send_descriptors(int descriptor, std::span<const int> descriptors, Deadline deadline) {
  DescriptorMessage out(descriptors.size());
  cmsghdr* const part = CMSG_FIRSTHDR(&out.message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  return repeat_send(descriptor, deadline,
                     [&](int flags) { return ::sendmsg(descriptor, &out.message, flags); }) > 0;
}

bool receive_descriptors(int descriptor, std::vector<UniqueDescriptor>& arrived,
                         Deadline deadline) {
  // Nothing may throw once the system has made them ours.
  arrived.reserve(k_most_descriptors);
  DescriptorMessage in(k_most_descriptors);
  const ssize_t count = repeat_receive(descriptor, MSG_CMSG_CLOEXEC, deadline, [&](int flags) {
    return ::recvmsg(descriptor, &in.message, flags);
  });
  if (count < 0) return false;
  if (count == 0) {
    errno = ECONNRESET;
    refuse("hilo: recvmsg");
  }
  for (cmsghdr* part = CMSG_FIRSTHDR(&in.message); part != nullptr;
       part = CMSG_NXTHDR(&in.message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::byte* const numbers = reinterpret_cast<std::byte*>(CMSG_DATA(part));
    for (std::size_t at = 0; at + sizeof(int) <= part->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
      int number = -1;
      std::memcpy(&number, numbers + at, sizeof number);
      arrived.emplace_back(above_standard_streams(number));
    }
  }
  return true;
}

void end_sending(int descriptor) noexcept { ::shutdown(descriptor, SHUT_WR); }

bool wait_readable(std::span<PollEntry> entries, Deadline deadline) {
  std::vector<pollfd> polled;
  polled.reserve(entries.size());
  for (const PollEntry& entry : entries) polled.push_back({entry.descriptor, POLLIN, 0});
  // A negative one poll() would pass over.
  if (std::ranges::any_of(polled, [](const pollfd& entry) { return entry.fd < 0; })) refuse_bad();
  const bool any = poll_until(polled, deadline);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if ((polled[i].revents & POLLNVAL) != 0) refuse_bad();
    entries[i].ready = polled[i].revents != 0;
  }
  return any;
}

bool wait_readable(int descriptor, Deadline deadline) {
  return wait_for(descriptor, POLLIN, deadline);
}

bool wait_writable(int descriptor, Deadline deadline) {
  return wait_for(descriptor, POLLOUT, deadline);
}

}  // namespace hilo::os
