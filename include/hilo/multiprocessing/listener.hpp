// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>

#include "hilo/detail/export.hpp"
#include "hilo/multiprocessing/address.hpp"
#include "hilo/multiprocessing/authkey.hpp"
#include "hilo/multiprocessing/connection.hpp"

namespace hilo::detail::connection {
class ListenerState;
struct DeleteListener {
  HILO_EXPORT void operator()(ListenerState* listener) const noexcept;
};
}  // namespace hilo::detail::connection

namespace hilo::multiprocessing::connection {

/// Keyword arguments of Listener.
struct ListenerOptions {
  Family family = Family::automatic;
  /// Clients that the system keeps waiting until they are accepted.
  int backlog = 128;
  Authkey authkey = {};
  /// How long a client may take to prove that it knows the key. Meanwhile others are accepted.
  std::chrono::milliseconds authentication_time = std::chrono::seconds(10);
};

/// Waits for clients; speaks CPython's protocol, so they may be Python programs.
///
///     Listener listener("/run/user/1000/service", {.authkey = "secret"});
///     for (;;) serve(listener.accept());
///
/// Without an address it serves the processes of its own user alone.
///
/// Python:    multiprocessing.connection.Listener; differs: IPv6; deadlines; a client that is slow,
///            vanishes or talks garbage while it is authenticated hinders nobody.
/// Safe from: one thread at a time.
class HILO_EXPORT Listener {
 public:
  /// Throws: ValueError if address and family do not fit; std::system_error if the system refuses.
  explicit Listener(const Address& address = {}, ListenerOptions options = {});
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) noexcept = default;
  ~Listener() = default;

  /// Waits for a client that knows the key, if there is one.
  ///
  /// Throws: AuthenticationError if a client gave a wrong answer (others are still served);
  ///         TimeoutError; std::system_error; ValueError if closed.
  [[nodiscard]] Connection accept(Patience patience = true);

  /// Where it is found: with the port or name that the system chose.
  ///
  /// Throws: ValueError if closed.
  [[nodiscard]] const Address& address() const;
  /// The address of the client that accept() returned last.
  [[nodiscard]] const Address& last_accepted() const;

  /// The listening socket. Throws: ValueError if closed.
  [[nodiscard]] int fileno() const;

  void close() noexcept { state_.reset(); }
  [[nodiscard]] bool closed() const noexcept { return state_ == nullptr; }

 private:
  friend class ListenerAccess;
  [[nodiscard]] detail::connection::ListenerState& open() const;

  std::unique_ptr<detail::connection::ListenerState, detail::connection::DeleteListener> state_;
};

/// Keyword arguments of Client().
struct ClientOptions {
  Family family = Family::automatic;
  Authkey authkey = {};
};

/// Connects to a Listener, of hilo or of Python.
///
/// Blocks: until both know that the other knows the key, at most `patience`; a host's number is
///         looked up without a limit.
/// Throws: AuthenticationError; TimeoutError; EOFError if the listener hangs up;
///         std::system_error if there is none.
/// Python: multiprocessing.connection.Client.
[[nodiscard]] HILO_EXPORT Connection Client(const Address& address,
                                            const ClientOptions& options = {},
                                            Patience patience = true);

/// The halves of what Listener and Client() do with a key, for connections that come in another
/// way: one end has the other prove that it knows the key, while the other answers.
///
/// Throws: AuthenticationError if they do not know the same key; ValueError if there is none; as
///         recv().
/// Python: multiprocessing.connection.deliver_challenge, answer_challenge.
HILO_EXPORT void deliver_challenge(Connection& connection, const Authkey& authkey,
                                   Patience patience = true);
HILO_EXPORT void answer_challenge(Connection& connection, const Authkey& authkey,
                                  Patience patience = true);

}  // namespace hilo::multiprocessing::connection

namespace hilo::multiprocessing {
using connection::Client;
using connection::Listener;
}  // namespace hilo::multiprocessing
