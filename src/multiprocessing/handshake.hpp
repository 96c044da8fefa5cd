// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilo/detail/deadline.hpp"
#include "hilo/multiprocessing/authkey.hpp"

/// How two ends prove to each other that they know a key, without telling it: CPython's protocol,
/// of 3.12 and of before (docs/design/connection.md).
namespace hilo::detail::connection {

/// The longest message of it.
constexpr std::size_t k_longest_proof = 256;

/// The protocol without its transport: messages in, messages out.
class Handshake {
 public:
  /// A listener delivers a challenge, then answers one; a client answers first.
  enum class Role { listener, client, deliverer, answerer };

  Handshake(std::shared_ptr<const KeyedDigest> digest, Role role);

  /// What is to be sent before anything has come.
  [[nodiscard]] std::vector<std::string> begin();
  /// Takes the peer's next message. Returns: what is to be sent now.
  /// Throws: AuthenticationError if the peer does not know the key, or says that we do not; what
  ///         farewell() returns is still to be sent then.
  [[nodiscard]] std::vector<std::string> take(std::string_view message);
  [[nodiscard]] std::string_view farewell() const noexcept { return farewell_; }
  [[nodiscard]] bool done() const noexcept { return awaited_ == Awaited::nothing; }

 private:
  enum class Awaited { response, challenge, verdict, nothing };

  [[nodiscard]] std::string challenge();
  void check(std::string_view response);
  [[nodiscard]] std::string answer(std::string_view challenge) const;

  std::shared_ptr<const KeyedDigest> digest_;
  Role role_;
  Awaited awaited_;
  /// What the peer is to answer to.
  std::string asked_;
  std::string_view farewell_;
};

/// A Handshake on a socket, piece by piece.
class Authentication {
 public:
  Authentication(int descriptor, std::shared_ptr<const KeyedDigest> digest, Handshake::Role role);

  /// Goes on with what has come, without waiting.
  /// Returns: whether it is done.
  /// Throws:  AuthenticationError; EOFError if the peer has gone; std::system_error, with EPROTO if
  ///          it speaks of something else.
  [[nodiscard]] bool advance();

 private:
  void send(const std::vector<std::string>& messages);
  [[nodiscard]] bool message_is_whole();

  int descriptor_;
  Handshake handshake_;
  std::array<std::byte, 4 + k_longest_proof> frame_;
  std::size_t got_ = 0;
  bool begun_ = false;
};

}  // namespace hilo::detail::connection
