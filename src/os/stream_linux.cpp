// SPDX-License-Identifier: MIT
#include "os/stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <system_error>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

using detail::Deadline;

[[noreturn]] void refuse(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

bool would_block() noexcept { return errno == EAGAIN || errno == EWOULDBLOCK; }

// A call without a deadline sleeps in the kernel; any other only looks, and sleeps in ppoll().
int flags_for(Deadline deadline) noexcept { return deadline.is_never() ? 0 : MSG_DONTWAIT; }

// Returns: false if `deadline` passed first.
bool poll_until(pollfd* entries, std::size_t count, Deadline deadline) {
  for (;;) {
    const std::int64_t left = std::max<std::int64_t>(0, deadline.nanoseconds() - Deadline::now());
    const timespec timeout = {static_cast<time_t>(left / 1'000'000'000),
                              static_cast<long>(left % 1'000'000'000)};
    const int result =
        fault("ppoll") ? -1
                       : ::ppoll(entries, count, deadline.is_never() ? nullptr : &timeout, nullptr);
    if (result > 0) return true;
    if (result == 0 && deadline.passed()) return false;
    if (result < 0 && errno != EINTR) refuse("hilo: ppoll");
  }
}

bool wait_for(int descriptor, short events, Deadline deadline) {
  pollfd entry = {descriptor, events, 0};
  if (!poll_until(&entry, 1, deadline)) return false;
  if ((entry.revents & POLLNVAL) == 0) return true;
  errno = EBADF;
  refuse("hilo: ppoll");
}

// Room for the descriptors of one message.
union Control {
  cmsghdr header;
  std::byte storage[CMSG_SPACE(k_most_descriptors * sizeof(int))];
};

void take_descriptors(msghdr& message, std::vector<UniqueDescriptor>& arrived) noexcept {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::array<int, k_most_descriptors> numbers;
    std::memcpy(numbers.data(), CMSG_DATA(part), count * sizeof(int));
    for (std::size_t i = 0; i < count; ++i) {
      arrived.emplace_back(above_standard_streams(numbers[i]));
    }
  }
}

ssize_t receive_once(int descriptor, std::span<std::byte> room, int flags,
                     std::vector<UniqueDescriptor>* arrived) {
  if (fault("recv")) return -1;
  // Without room for them the system drops the descriptors of a message.
  if (arrived == nullptr) return ::recv(descriptor, room.data(), room.size(), flags);
  // Nothing may throw once the system has made them ours.
  if (arrived->capacity() < k_most_descriptors) arrived->reserve(k_most_descriptors);
  Control control;
  iovec piece = {room.data(), room.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  const ssize_t count = ::recvmsg(descriptor, &message, flags | MSG_CMSG_CLOEXEC);
  if (count >= 0 && message.msg_controllen != 0) take_descriptors(message, *arrived);
  return count;
}

ssize_t send_once(int descriptor, std::span<const std::byte> head, std::span<const std::byte> body,
                  std::span<const int> descriptors, int flags) {
  if (fault("send")) return -1;
  if (body.empty() && descriptors.empty()) {
    return ::send(descriptor, head.data(), head.size(), flags);
  }
  iovec pieces[] = {{const_cast<std::byte*>(head.data()), head.size()},
                    {const_cast<std::byte*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = pieces;
  message.msg_iovlen = 2;
  Control control;
  if (!descriptors.empty()) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    std::memset(&control, 0, message.msg_controllen);
    cmsghdr* const part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  }
  return ::sendmsg(descriptor, &message, flags);
}

}  // namespace

StreamPair make_stream_pair(bool duplex) {
  int ends[2];
  if (fault("socketpair") || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
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

std::optional<std::size_t> receive(int descriptor, std::span<std::byte> room, Deadline deadline,
                                   std::vector<UniqueDescriptor>* arrived) {
  const int whole = arrived == nullptr ? MSG_WAITALL : 0;
  const int flags = deadline.is_never() ? whole : MSG_DONTWAIT;
  for (;;) {
    const ssize_t count = receive_once(descriptor, room, flags, arrived);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (!would_block()) refuse("hilo: recv");
    if (deadline.passed() || !wait_readable(descriptor, deadline)) return std::nullopt;
  }
}

bool send(int descriptor, std::span<const std::byte> head, std::span<const std::byte> body,
          std::span<const int> descriptors, Deadline deadline, std::size_t& sent) {
  const int flags = flags_for(deadline) | MSG_NOSIGNAL;
  sent = 0;
  while (!head.empty() || !body.empty()) {
    if (head.empty()) std::swap(head, body);
    const ssize_t count = send_once(descriptor, head, body, descriptors, flags);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (!would_block()) refuse("hilo: send");
      if (deadline.passed() || !wait_writable(descriptor, deadline)) return false;
      continue;
    }
    const auto left = static_cast<std::size_t>(count);
    sent += left;
    descriptors = {};
    const std::size_t of_head = std::min(left, head.size());
    head = head.subspan(of_head);
    body = body.subspan(left - of_head);
  }
  return true;
}

void end_sending(int descriptor) noexcept { ::shutdown(descriptor, SHUT_WR); }

bool carries_descriptors(int descriptor) noexcept {
  int domain = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

bool wait_readable(std::span<PollEntry> entries, Deadline deadline) {
  std::vector<pollfd> polled;
  polled.reserve(entries.size());
  for (const PollEntry& entry : entries) polled.push_back({entry.descriptor, POLLIN, 0});
  const bool any = poll_until(polled.data(), polled.size(), deadline);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if ((polled[i].revents & POLLNVAL) != 0) {
      errno = EBADF;
      refuse("hilo: ppoll");
    }
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
