// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hilo/detail/export.hpp"

namespace hilo::multiprocessing::connection {

enum class Family {
  /// As the address says: local for a path, inet or inet6 for a host.
  automatic,
  /// AF_UNIX
  local,
  /// AF_INET
  inet,
  /// AF_INET6
  inet6,
};

/// Where a Listener is found: a path, an abstract name, or a host and a port.
///
///     Address("/run/user/1000/service");  Address::abstract("service");  Address("::1", 6000);
///
/// Python: the address of Listener and Client: str, or a pair.
class HILO_EXPORT Address {
 public:
  /// For a Listener: one that the system chooses.
  Address() noexcept = default;
  /// A path; an abstract name if it begins with a NUL, as in Python.
  Address(std::string path)  // NOLINT(google-explicit-constructor): as in Python
      : family_(path.empty() ? Family::automatic : Family::local), name_(std::move(path)) {}
  Address(const char* path)  // NOLINT(google-explicit-constructor)
      : Address(std::string(path)) {}
  /// A host's name or number; as a Listener's, empty is every address of the machine, and port 0
  /// one that the system chooses.
  Address(std::string host, std::uint16_t port) noexcept
      : family_(Family::inet), name_(std::move(host)), port_(port), by_host_(true) {}
  /// A name outside the file system, which goes with its listener. Anybody on the machine may
  /// connect to it.
  static Address abstract(std::string_view name) { return {std::string(1, '\0').append(name)}; }

  /// inet of a host whose number is not known yet.
  [[nodiscard]] Family family() const noexcept { return family_; }
  /// The path, or the host.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] bool is_host() const noexcept { return by_host_; }
  /// Whether the system shall choose.
  [[nodiscard]] bool empty() const noexcept { return !by_host_ && name_.empty(); }

  /// For messages: "/run/service", "@abstract", "127.0.0.1:6000", "[::1]:6000".
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Address&, const Address&) = default;

 private:
  friend class AddressAccess;
  Family family_ = Family::automatic;
  std::string name_;
  std::uint16_t port_ = 0;
  bool by_host_ = false;
};

}  // namespace hilo::multiprocessing::connection
