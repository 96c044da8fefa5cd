// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "hilo/multiprocessing/listener.hpp"
#include "multiprocessing/handshake.hpp"
#include "os/socket.hpp"

namespace hilo::multiprocessing::connection {

/// Addresses as the system's layer has them.
class AddressAccess {
 public:
  /// Throws: ValueError if they do not fit.
  [[nodiscard]] static os::SocketName name(const Address& address, Family family);
  [[nodiscard]] static Address address(const os::SocketName& name);
};

}  // namespace hilo::multiprocessing::connection

namespace hilo::detail::connection {

class ListenerState {
 public:
  ListenerState(const multiprocessing::connection::Address& address,
                multiprocessing::connection::ListenerOptions options);

  [[nodiscard]] multiprocessing::Connection accept(Deadline deadline);
  [[nodiscard]] int descriptor() const noexcept { return listening_.descriptor.get(); }
  /// The sockets on which something may come that accept() waits for.
  [[nodiscard]] std::vector<int> descriptors() const;

  [[nodiscard]] const multiprocessing::connection::Address& address() const { return address_; }
  multiprocessing::connection::Address last_accepted;

 private:
  /// A client that is being authenticated.
  struct Peer {
    os::Accepted accepted;
    Authentication authentication;
    Deadline deadline;
  };

  [[nodiscard]] std::optional<os::Accepted> take_one();
  [[nodiscard]] std::optional<multiprocessing::Connection> accept_one();
  [[nodiscard]] std::optional<multiprocessing::Connection> advance(std::list<Peer>::iterator peer);
  [[nodiscard]] multiprocessing::Connection welcome(os::Accepted accepted);

  bool own_user_only_;
  multiprocessing::connection::ListenerOptions options_;
  os::Listening listening_;
  multiprocessing::connection::Address address_;
  std::list<Peer> peers_;     ///< who came first stands first
  std::int64_t left_at_ = 0;  ///< when the last accept() returned
};

}  // namespace hilo::detail::connection

namespace hilo::multiprocessing::connection {

class ListenerAccess {
 public:
  /// Throws: ValueError if it is closed.
  [[nodiscard]] static const detail::connection::ListenerState& state(const Listener& listener) {
    return listener.open();
  }
};

}  // namespace hilo::multiprocessing::connection
