// SPDX-License-Identifier: MIT
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing/listener.hpp"
#include "multiprocessing/channel.hpp"
#include "multiprocessing/handshake.hpp"

namespace hilo::multiprocessing::connection {
namespace {

using detail::connection::Channel;
using detail::connection::Handshake;

void play(Connection& connection, const Authkey& authkey, Handshake::Role role,
          detail::Deadline deadline) {
  if (!authkey) throw ValueError("hilo: a challenge without an authkey");
  Channel& channel = ConnectionAccess::channel(connection);
  const auto send = [&](std::string_view message) {
    channel.check_writable();
    channel.send(std::as_bytes(std::span(message)), deadline);
  };
  Handshake handshake(authkey.digest(), role);
  for (const std::string& message : handshake.begin()) send(message);
  while (!handshake.done()) {
    channel.receive(deadline, detail::connection::k_longest_proof);
    const std::span<const std::byte> body = channel.body();
    const std::string message(reinterpret_cast<const char*>(body.data()), body.size());
    channel.forget();
    try {
      for (const std::string& answer : handshake.take(message)) send(answer);
    } catch (const AuthenticationError&) {
      if (!handshake.farewell().empty()) send(handshake.farewell());
      throw;
    }
  }
}

}  // namespace

void deliver_challenge(Connection& connection, const Authkey& authkey, Patience patience) {
  play(connection, authkey, Handshake::Role::deliverer, patience.deadline());
}

void answer_challenge(Connection& connection, const Authkey& authkey, Patience patience) {
  play(connection, authkey, Handshake::Role::answerer, patience.deadline());
}

}  // namespace hilo::multiprocessing::connection
