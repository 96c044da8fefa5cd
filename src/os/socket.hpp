// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "hilo/detail/deadline.hpp"
#include "os/descriptor.hpp"

/// Contract: streams between programs that find each other by an address.
namespace hilo::os {

enum class SocketFamily { any_internet, local, inet, inet6 };

struct SocketName {
  SocketFamily family = SocketFamily::local;
  /// A path, an abstract name behind a NUL, empty for one that the system chooses; or a host.
  std::string name;
  std::uint16_t port = 0;
};

/// A socket in the file system; removed with this object, if it still is the one, by the process
/// that made it.
class SocketFile {
 public:
  SocketFile() noexcept = default;
  /// Throws: std::system_error.
  explicit SocketFile(std::string path);
  ~SocketFile();
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;

 private:
  std::string path_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  int pid_ = 0;
};

struct Listening {
  UniqueDescriptor descriptor;
  SocketName name;
  SocketFile file;
};

/// Throws: std::system_error.
[[nodiscard]] Listening listen_at(const SocketName& name, int backlog);

struct Accepted {
  UniqueDescriptor descriptor;
  SocketName peer;
};

/// The next client; never blocks. Returns: nullopt if there is none. Throws: std::system_error.
[[nodiscard]] std::optional<Accepted> accept_from(int listener);
/// Whether it failed because there was no descriptor, or no memory, for one client more.
[[nodiscard]] bool is_shortage(const std::system_error& error) noexcept;

/// Whether the peer of a local stream is a process of this user, or of the superuser.
[[nodiscard]] bool peer_is_same_user(int descriptor) noexcept;

/// Returns: nothing if `deadline` passed first. Throws: std::system_error.
[[nodiscard]] UniqueDescriptor connect_to(const SocketName& name, detail::Deadline deadline);

}  // namespace hilo::os
