// SPDX-License-Identifier: MIT
#include "os/socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "os/faults.hpp"
#include "os/stream.hpp"

namespace hilo::os {
namespace {

using detail::Deadline;

[[noreturn]] void refuse(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), "hilo: " + what);
}

/// The system's form of an address.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] int family() const noexcept { return storage.ss_family; }
};

class AddressError final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "address"; }
  [[nodiscard]] std::string message(int code) const override { return ::gai_strerror(code); }
};

Endpoint local_endpoint(const std::string& name) {
  Endpoint result;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // A path ends with a NUL, an abstract name with its size.
  const bool is_path = !name.empty() && name.front() != '\0';
  if (name.size() + (is_path ? 1 : 0) > sizeof address.sun_path) {
    refuse(ENAMETOOLONG, "the address of a socket is a path of at most 107 bytes");
  }
  std::memcpy(address.sun_path, name.data(), name.size());
  result.size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (is_path ? 1 : 0));
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

std::vector<Endpoint> internet_endpoints(const SocketName& name, bool passive) {
  addrinfo hints{};
  hints.ai_family = name.family == SocketFamily::inet    ? AF_INET
                    : name.family == SocketFamily::inet6 ? AF_INET6
                                                         : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0);
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(name.name.empty() ? nullptr : name.name.c_str(),
                                  std::to_string(name.port).c_str(), &hints, &found);
  if (error != 0) {
    static const AddressError category;
    throw std::system_error(error, category, "hilo: the address of \"" + name.name + '"');
  }
  std::vector<Endpoint> result;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    Endpoint& endpoint = result.emplace_back();
    endpoint.size = entry->ai_addrlen;
    std::memcpy(&endpoint.storage, entry->ai_addr, entry->ai_addrlen);
  }
  ::freeaddrinfo(found);
  return result;
}

std::vector<Endpoint> endpoints(const SocketName& name, bool passive) {
  if (name.family != SocketFamily::local) return internet_endpoints(name, passive);
  return {local_endpoint(name.name)};
}

SocketName name_of(Endpoint& endpoint) {
  SocketName result;
  if (endpoint.family() == AF_UNIX) {
    const auto* const address = reinterpret_cast<const sockaddr_un*>(endpoint.get());
    constexpr std::size_t start = offsetof(sockaddr_un, sun_path);
    if (endpoint.size > start) result.name.assign(address->sun_path, endpoint.size - start);
    if (!result.name.empty() && result.name.front() != '\0') {
      result.name.resize(std::strlen(result.name.c_str()));
    }
    return result;
  }
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  (void)::getnameinfo(endpoint.get(), endpoint.size, host, sizeof host, port, sizeof port,
                      NI_NUMERICHOST | NI_NUMERICSERV);
  result.family = endpoint.family() == AF_INET ? SocketFamily::inet : SocketFamily::inet6;
  result.name = host;
  result.port = static_cast<std::uint16_t>(std::stoi(port[0] != '\0' ? port : "0"));
  return result;
}

UniqueDescriptor make_socket(int family, int flags) {
  UniqueDescriptor result(fault("socket") ? -1
                                          : above_standard_streams(::socket(
                                                family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)));
  if (!result) refuse(errno, "socket");
  return result;
}

// Messages are whole when they are sent: there is nothing to wait for.
void send_at_once(int descriptor, int family) noexcept {
  const int on = 1;
  if (family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// How long the next connect() of a blocking socket may take; 0 is for ever.
void limit_connect(int descriptor, Deadline deadline) noexcept {
  timeval limit{};
  if (!deadline.is_never()) {
    const std::int64_t left =
        std::max<std::int64_t>(1'000, deadline.nanoseconds() - Deadline::now());
    limit.tv_sec = static_cast<time_t>(left / 1'000'000'000);
    limit.tv_usec = static_cast<suseconds_t>(left % 1'000'000'000 / 1'000);
  }
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

// Returns: 0, ETIMEDOUT if `deadline` passed first, or why not.
int connect_socket(int descriptor, Endpoint& endpoint, Deadline deadline) {
  for (;;) {
    limit_connect(descriptor, deadline);
    if (!fault("connect") && ::connect(descriptor, endpoint.get(), endpoint.size) == 0) return 0;
    if (errno == EINTR && endpoint.family() == AF_UNIX) continue;
    if (errno == EAGAIN) return ETIMEDOUT;
    if (errno != EINTR && errno != EINPROGRESS) return errno;
    // TCP goes on with it by itself.
    if (!wait_writable(descriptor, deadline)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)), pid_(::getpid()) {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) refuse(errno, "stat of " + path_);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_),
      pid_(other.pid_) {}

SocketFile::~SocketFile() {
  struct stat status {};
  if (!path_.empty() && pid_ == ::getpid() && ::stat(path_.c_str(), &status) == 0 &&
      status.st_dev == device_ && status.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
}

Listening listen_at(const SocketName& name, int backlog) {
  Endpoint endpoint = endpoints(name, true).front();
  // Its accept() shall never block, whoever took the client meanwhile.
  UniqueDescriptor descriptor = make_socket(endpoint.family(), SOCK_NONBLOCK);
  const int on = 1;
  if (name.family != SocketFamily::local) {
    ::setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (fault("bind") || ::bind(descriptor.get(), endpoint.get(), endpoint.size) != 0) {
    refuse(errno, "bind to " + (name.name.empty() ? "an address" : name.name));
  }
  SocketFile file;
  const bool is_path =
      name.family == SocketFamily::local && !name.name.empty() && name.name.front() != '\0';
  std::optional<SocketFile> made;
  if (is_path) made.emplace(name.name);
  if (fault("listen") || ::listen(descriptor.get(), backlog) != 0) refuse(errno, "listen");
  endpoint.size = sizeof endpoint.storage;
  if (::getsockname(descriptor.get(), endpoint.get(), &endpoint.size) != 0) {
    refuse(errno, "getsockname");
  }
  return {std::move(descriptor), name_of(endpoint), made ? std::move(*made) : std::move(file)};
}

std::optional<Accepted> accept_from(int listener) {
  for (;;) {
    Endpoint peer;
    peer.size = sizeof peer.storage;
    UniqueDescriptor descriptor(
        fault("accept4")
            ? -1
            : above_standard_streams(::accept4(listener, peer.get(), &peer.size, SOCK_CLOEXEC)));
    if (descriptor) {
      send_at_once(descriptor.get(), peer.family());
      return Accepted{std::move(descriptor), name_of(peer)};
    }
    switch (errno) {
      case EAGAIN:
        return std::nullopt;
      // A client that has gone meanwhile, or a network that has: nothing that concerns the next.
      case EINTR:
      case ECONNABORTED:
      case EPROTO:
      case ENETDOWN:
      case ENETUNREACH:
      case EHOSTDOWN:
      case EHOSTUNREACH:
      case ENONET:
        continue;
      default:
        refuse(errno, "accept4");
    }
  }
}

bool is_shortage(const std::system_error& error) noexcept {
  const int number = error.code().value();
  return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

bool peer_is_same_user(int descriptor) noexcept {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

UniqueDescriptor connect_to(const SocketName& name, Deadline deadline) {
  int error = 0;
  for (Endpoint& endpoint : endpoints(name, false)) {
    UniqueDescriptor descriptor = make_socket(endpoint.family(), 0);
    error = connect_socket(descriptor.get(), endpoint, deadline);
    if (error == 0) {
      limit_connect(descriptor.get(), Deadline::never());
      send_at_once(descriptor.get(), endpoint.family());
      return descriptor;
    }
    if (error == ETIMEDOUT && deadline.passed()) return {};
  }
  refuse(error, "connect to " + name.name);
}

}  // namespace hilo::os
