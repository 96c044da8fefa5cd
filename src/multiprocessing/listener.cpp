// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/listener.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "hilo/errors.hpp"
#include "multiprocessing/channel.hpp"
#include "multiprocessing/listener_state.hpp"
#include "os/stream.hpp"

namespace hilo::detail::connection {

using multiprocessing::Connection;
using multiprocessing::connection::Address;
using multiprocessing::connection::AddressAccess;
using multiprocessing::connection::ConnectionAccess;
using multiprocessing::connection::ListenerOptions;

namespace {

/// Clients that are authenticated at once. One more takes the place of the one that is there
/// longest: who knows the key is done in a moment, so silent ones do not keep it out.
constexpr std::size_t k_most_peers = 128;

Deadline sooner(Deadline a, Deadline b) { return a.nanoseconds() < b.nanoseconds() ? a : b; }

}  // namespace

ListenerState::ListenerState(const Address& address, ListenerOptions options)
    : own_user_only_(address.empty()),
      options_(std::move(options)),
      listening_(os::listen_at(AddressAccess::name(address, options_.family), options_.backlog)),
      address_(AddressAccess::address(listening_.name)) {}

std::vector<int> ListenerState::descriptors() const {
  std::vector<int> result = {descriptor()};
  for (const Peer& peer : peers_) result.push_back(peer.accepted.descriptor.get());
  return result;
}

Connection ListenerState::accept(Deadline deadline) {
  // Between two calls nobody listens to the peers, so that time is not theirs.
  for (Peer& peer : peers_) {
    peer.deadline =
        Deadline::after(std::chrono::nanoseconds(peer.deadline.nanoseconds() - left_at_));
  }
  struct Leaving {
    std::int64_t& at;
    ~Leaving() { at = Deadline::now(); }
  } const leaving{left_at_};
  for (;;) {
    std::vector<os::PollEntry> entries;
    for (const int number : descriptors()) entries.push_back({number});
    Deadline next = deadline;
    for (const Peer& peer : peers_) next = sooner(next, peer.deadline);
    const bool any = os::wait_readable(entries, next);
    for (auto peer = peers_.begin(); peer != peers_.end();) {
      const auto at = peer++;
      const auto is_its = [number = at->accepted.descriptor.get()](const os::PollEntry& entry) {
        return entry.descriptor == number && entry.ready;
      };
      if (any && std::ranges::any_of(entries, is_its)) {
        if (auto connection = advance(at)) return std::move(*connection);
      } else if (at->deadline.passed()) {
        peers_.erase(at);
      }
    }
    if (entries.front().ready) {
      if (auto connection = accept_one()) return std::move(*connection);
    }
    if (!any && deadline.passed()) throw TimeoutError("hilo: accept: the time is up");
  }
}

std::optional<os::Accepted> ListenerState::take_one() {
  for (;;) {
    try {
      return os::accept_from(descriptor());
    } catch (const std::system_error& error) {
      // Peers that have proved nothing have what a client needs.
      if (peers_.empty() || !os::is_shortage(error)) throw;
      peers_.pop_front();
    }
  }
}

std::optional<Connection> ListenerState::accept_one() {
  auto accepted = take_one();
  if (!accepted) return std::nullopt;
  if (own_user_only_ && address_.family() == multiprocessing::connection::Family::local &&
      !os::peer_is_same_user(accepted->descriptor.get())) {
    return std::nullopt;
  }
  if (!options_.authkey) return welcome(std::move(*accepted));
  if (peers_.size() == k_most_peers) peers_.pop_front();
  const int number = accepted->descriptor.get();
  peers_.push_back({std::move(*accepted),
                    Authentication(number, options_.authkey.digest(), Handshake::Role::listener),
                    Deadline::after(options_.authentication_time)});
  return advance(std::prev(peers_.end()));
}

// A peer that fails goes; only a wrong answer is worth telling.
std::optional<Connection> ListenerState::advance(std::list<Peer>::iterator peer) {
  try {
    if (!peer->authentication.advance()) return std::nullopt;
  } catch (const AuthenticationError&) {
    peers_.erase(peer);
    throw;
  } catch (const EOFError&) {
    peers_.erase(peer);
    return std::nullopt;
  } catch (const std::system_error&) {
    peers_.erase(peer);
    return std::nullopt;
  }
  os::Accepted accepted = std::move(peer->accepted);
  peers_.erase(peer);
  return welcome(std::move(accepted));
}

Connection ListenerState::welcome(os::Accepted accepted) {
  Connection connection = ConnectionAccess::make(std::move(accepted.descriptor));
  last_accepted = AddressAccess::address(accepted.peer);
  return connection;
}

void DeleteListener::operator()(ListenerState* listener) const noexcept { delete listener; }

}  // namespace hilo::detail::connection

namespace hilo::multiprocessing::connection {

using detail::connection::Authentication;
using detail::connection::Handshake;
using detail::connection::ListenerState;

Listener::Listener(const Address& address, ListenerOptions options)
    : state_(new ListenerState(address, std::move(options))) {}

ListenerState& Listener::open() const {
  if (!state_) throw ValueError("hilo: the listener is closed");
  return *state_;
}

Connection Listener::accept(Patience patience) { return open().accept(patience.deadline()); }

const Address& Listener::address() const { return open().address(); }

const Address& Listener::last_accepted() const { return open().last_accepted; }

int Listener::fileno() const { return open().descriptor(); }

Connection Client(const Address& address, const ClientOptions& options, Patience patience) {
  const detail::Deadline deadline = patience.deadline();
  const os::SocketName name = AddressAccess::name(address, options.family);
  os::UniqueDescriptor descriptor = os::connect_to(name, deadline);
  if (!descriptor) throw TimeoutError("hilo: Client: the time is up");
  if (options.authkey) {
    Authentication authentication(descriptor.get(), options.authkey.digest(),
                                  Handshake::Role::client);
    while (!authentication.advance()) {
      if (!os::wait_readable(descriptor.get(), deadline)) {
        throw TimeoutError("hilo: Client: the time is up in the middle of the authentication");
      }
    }
  }
  return ConnectionAccess::make(std::move(descriptor));
}

}  // namespace hilo::multiprocessing::connection
