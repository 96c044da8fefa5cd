// SPDX-License-Identifier: MIT
// What a stranger, or one who does know the key, may say to an end that authenticates: in both
// roles and generations, in order and out of it, whole and in pieces. It gets through only by the
// key.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "hilo/errors.hpp"
#include "multiprocessing/handshake.hpp"
#include "os/descriptor.hpp"

namespace {

using hilo::detail::connection::Authentication;
using hilo::detail::connection::Handshake;

constexpr std::string_view k_challenge = "#CHALLENGE#";
constexpr std::string_view k_welcome = "#WELCOME#";
constexpr std::string_view k_failure = "#FAILURE#";
constexpr std::string_view k_digests[] = {"md5",      "sha256",   "sha384",
                                          "sha3_256", "sha3_384", "sha1"};

/// Arithmetic in place of cryptography: the protocol is what is tried.
class Sum final : public hilo::detail::connection::KeyedDigest {
 public:
  [[nodiscard]] std::string hmac(std::string_view digest, std::string_view text) const override {
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    std::string result(digest == "md5" ? 16 : 32, '\0');
    for (char& c : result) c = static_cast<char>((sum = sum * 0x5851f42d4c957f2d + 1) >> 56);
    return result;
  }
  [[nodiscard]] std::string random(std::size_t count) const override {
    return std::string(count, 'r');
  }
  // Byte by byte, in a way that tells the fuzzer nothing: it is not to guess the answer from that.
  [[nodiscard]] bool same(std::string_view a, std::string_view b) const noexcept override {
    volatile unsigned char difference = a.size() != b.size();
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
    }
    return difference == 0;
  }
};

/// The fuzzer's end: says what the input tells it to, and looks at what it hears.
class Peer {
 public:
  Peer(int socket, std::span<const std::uint8_t> input) : socket_(socket), input_(input) {}

  [[nodiscard]] bool has_more() const { return !input_.empty(); }
  [[nodiscard]] bool gave_proof() const { return gave_proof_; }

  std::string next_frame() {
    hear();
    const unsigned kind = take();
    const unsigned parameter = take();
    const std::string_view digest = k_digests[parameter % std::size(k_digests)];
    const std::string named = std::string("{").append(digest).append("}");
    switch (kind % 8) {
      case 0:  // garbage, with a length that is right
        return framed(text(parameter));
      case 1:  // garbage, all of it
        return text(parameter);
      case 2:
        gave_proof_ = gave_proof_ || !asked_.empty();
        return framed(sum_.hmac("md5", asked_));
      case 3:
        gave_proof_ = gave_proof_ || (!asked_.empty() && digest != "sha1");
        return framed(named + sum_.hmac(digest, asked_));
      case 4:
        return framed(std::string(k_challenge) + text(20));
      case 5:
        return framed(std::string(k_challenge) + named + text(parameter));
      case 6:
        return framed(std::string(k_welcome));
      default:
        return framed(std::string(k_failure));
    }
  }
  [[nodiscard]] unsigned take() {
    if (input_.empty()) return 0;
    const unsigned byte = input_.front();
    input_ = input_.subspan(1);
    return byte;
  }

  /// What it says before it knows that the other has the key is its question, and that it failed; a
  /// client besides answers a question.
  void hear() {
    char room[4096];
    for (ssize_t count; (count = ::recv(socket_, room, sizeof room, MSG_DONTWAIT)) > 0;) {
      heard_.append(room, static_cast<std::size_t>(count));
    }
    while (heard_.size() >= 4) {
      const std::size_t size = static_cast<unsigned char>(heard_[3]);
      if (heard_.size() < 4 + size) std::abort();  // it sends whole messages alone
      const std::string message = heard_.substr(4, size);
      heard_.erase(0, 4 + size);
      if (message.starts_with(k_challenge)) asked_ = message.substr(k_challenge.size());
      if (message == k_welcome && !gave_proof_) std::abort();
    }
  }

 private:
  std::string text(std::size_t size) {
    std::string result;
    while (size-- > 0 && !input_.empty()) result += static_cast<char>(take());
    return result;
  }
  static std::string framed(const std::string& message) {
    return std::string({'\0', '\0', static_cast<char>(message.size() >> 8),
                        static_cast<char>(message.size())}) +
           message;
  }

  Sum sum_;
  int socket_;
  std::span<const std::uint8_t> input_;
  std::string heard_;
  std::string asked_;  ///< by the other end, last
  bool gave_proof_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  const hilo::os::UniqueDescriptor mine(ends[0]);
  const hilo::os::UniqueDescriptor theirs(ends[1]);
  const auto role = data[0] % 2 == 0 ? Handshake::Role::listener : Handshake::Role::client;
  const std::size_t piece = data[1] + std::size_t{1};
  Authentication authentication(mine.get(), std::make_shared<Sum>(), role);
  Peer peer(theirs.get(), {data + 2, size - 2});
  try {
    bool done = authentication.advance();
    while (!done && peer.has_more()) {
      const std::string frame = peer.next_frame();
      for (std::size_t at = 0; at < frame.size() && !done; at += piece) {
        const std::string_view part = std::string_view(frame).substr(at, piece);
        if (::send(theirs.get(), part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) break;
        done = authentication.advance();
      }
    }
    if (done && !peer.gave_proof()) std::abort();
  } catch (const hilo::AuthenticationError&) {
  } catch (const std::system_error&) {
  }
  peer.hear();
  return 0;
}
