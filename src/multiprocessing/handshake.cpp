// SPDX-License-Identifier: MIT
#include "multiprocessing/handshake.hpp"

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include "hilo/errors.hpp"
#include "os/stream.hpp"

namespace hilo::detail::connection {
namespace {

constexpr std::string_view k_challenge = "#CHALLENGE#";
constexpr std::string_view k_welcome = "#WELCOME#";
constexpr std::string_view k_failure = "#FAILURE#";
constexpr std::string_view k_digests[] = {"md5", "sha256", "sha384", "sha3_256", "sha3_384"};
/// What CPython before 3.12 sends has no digest's name in front, and is known by its size.
constexpr std::size_t k_old_challenge = 20;
constexpr std::size_t k_old_response = 16;
constexpr std::string_view k_old_digest = "md5";
constexpr std::size_t k_random = 40;

struct Named {
  std::string_view digest;
  std::string_view rest;
};

// "{sha256}..." in two; the digest is empty if there is no name of one that is allowed.
Named split(std::string_view text) {
  for (const std::string_view digest : k_digests) {
    if (text.size() > digest.size() + 1 && text.front() == '{' &&
        text.substr(1, digest.size()) == digest && text[digest.size() + 1] == '}') {
      return {digest, text.substr(digest.size() + 2)};
    }
  }
  return {{}, text};
}

std::string with_digest(std::string_view digest, std::string_view rest) {
  return std::string("{").append(digest).append("}").append(rest);
}

[[noreturn]] void fail_gone() {
  throw EOFError("hilo: the peer has gone while it was authenticated");
}

}  // namespace

KeyedDigest::~KeyedDigest() = default;

Handshake::Handshake(std::shared_ptr<const KeyedDigest> digest, Role role)
    : digest_(std::move(digest)),
      role_(role),
      awaited_(role == Role::listener || role == Role::deliverer ? Awaited::response
                                                                 : Awaited::challenge) {}

std::vector<std::string> Handshake::begin() {
  if (awaited_ == Awaited::challenge) return {};
  return {challenge()};
}

std::vector<std::string> Handshake::take(std::string_view message) {
  switch (awaited_) {
    case Awaited::response:
      check(message);
      awaited_ = role_ == Role::listener ? Awaited::challenge : Awaited::nothing;
      return {std::string(k_welcome)};
    case Awaited::challenge:
      awaited_ = Awaited::verdict;
      return {answer(message)};
    case Awaited::verdict:
      if (message != k_welcome) {
        throw AuthenticationError("hilo: the peer says that the key is another");
      }
      awaited_ = role_ == Role::client ? Awaited::response : Awaited::nothing;
      if (role_ == Role::client) return {challenge()};
      return {};
    case Awaited::nothing:
      break;
  }
  return {};
}

std::string Handshake::challenge() {
  asked_ = with_digest("sha256", digest_->random(k_random));
  return std::string(k_challenge) + asked_;
}

void Handshake::check(std::string_view response) {
  const Named named =
      response.size() == k_old_response ? Named{k_old_digest, response} : split(response);
  // A digest that is not allowed has no answer that is right.
  if (named.digest.empty() || !digest_->same(digest_->hmac(named.digest, asked_), named.rest)) {
    farewell_ = k_failure;
    throw AuthenticationError("hilo: the peer does not know the key");
  }
}

std::string Handshake::answer(std::string_view challenge) const {
  const auto refuse = [] {
    throw AuthenticationError("hilo: the peer's challenge is of no kind that is known");
  };
  if (!challenge.starts_with(k_challenge)) refuse();
  const std::string_view text = challenge.substr(k_challenge.size());
  if (text.size() < k_old_challenge) refuse();
  if (text.size() == k_old_challenge) return digest_->hmac(k_old_digest, text);
  const Named named = split(text);
  if (named.digest.empty()) refuse();
  return with_digest(named.digest, digest_->hmac(named.digest, text));
}

Authentication::Authentication(int descriptor, std::shared_ptr<const KeyedDigest> digest,
                               Handshake::Role role)
    : descriptor_(descriptor), handshake_(std::move(digest), role) {}

bool Authentication::advance() try {
  if (!std::exchange(begun_, true)) send(handshake_.begin());
  while (!handshake_.done() && message_is_whole()) {
    const std::string_view message(reinterpret_cast<const char*>(frame_.data() + 4), got_ - 4);
    got_ = 0;
    try {
      send(handshake_.take(message));
    } catch (const AuthenticationError&) {
      if (!handshake_.farewell().empty()) send({std::string(handshake_.farewell())});
      throw;
    }
  }
  return handshake_.done();
} catch (const std::system_error& error) {
  // The system tells it in three ways, by who was first.
  if (os::peer_is_gone(error)) fail_gone();
  throw;
}

// They are small, and nothing else is on the way: they fit into the system's buffer.
void Authentication::send(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) {
    const std::byte head[4] = {{}, {}, {}, static_cast<std::byte>(message.size())};
    std::size_t sent = 0;
    if (!os::send(descriptor_, head, std::as_bytes(std::span(message)), Deadline::poll(), sent)) {
      throw std::system_error(EPROTO, std::generic_category(), "hilo: the peer does not listen");
    }
  }
}

bool Authentication::message_is_whole() {
  for (;;) {
    std::size_t needed = 4;
    if (got_ >= 4) {
      std::size_t size = 0;
      for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<std::size_t>(frame_[i]);
      if (size > k_longest_proof) {
        throw std::system_error(EPROTO, std::generic_category(),
                                "hilo: what the peer says is no authentication");
      }
      needed += size;
      if (got_ == needed) return true;
    }
    const auto count = os::receive(descriptor_, std::span(frame_).subspan(got_, needed - got_),
                                   false, Deadline::poll());
    if (!count) return false;
    if (*count == 0) fail_gone();
    got_ += *count;
  }
}

}  // namespace hilo::detail::connection
