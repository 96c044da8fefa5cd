// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hilo/detail/export.hpp"

namespace hilo::detail::connection {

/// What authentication needs of a library for cryptography, with the key inside.
class HILO_EXPORT KeyedDigest {
 public:
  KeyedDigest() = default;
  virtual ~KeyedDigest();
  KeyedDigest(const KeyedDigest&) = delete;
  KeyedDigest& operator=(const KeyedDigest&) = delete;

  /// The HMAC of the text by the digest that Python calls so.
  /// Throws: AuthenticationError if the library does not offer it.
  [[nodiscard]] virtual std::string hmac(std::string_view digest, std::string_view text) const = 0;
  /// Bytes that nobody can guess. Throws: AuthenticationError if there are none.
  [[nodiscard]] virtual std::string random(std::size_t count) const = 0;
  /// Whether they are equal, in a time that does not tell where they differ.
  [[nodiscard]] virtual bool same(std::string_view a, std::string_view b) const noexcept = 0;
};

/// In hilo::connection_auth, which a program links that has a key.
[[nodiscard]] HILO_EXPORT std::shared_ptr<const KeyedDigest> keyed_digest(
    std::span<const std::byte> key);

}  // namespace hilo::detail::connection

namespace hilo::multiprocessing::connection {

/// The secret that both ends of a connection prove to each other that they know. A program that
/// makes one links hilo::connection_auth.
class Authkey {
 public:
  /// None: everybody may connect.
  Authkey() noexcept = default;
  Authkey(std::span<const std::byte> secret)  // NOLINT(google-explicit-constructor)
      : digest_(detail::connection::keyed_digest(secret)) {}
  Authkey(std::string_view secret)  // NOLINT(google-explicit-constructor): `{.authkey = "secret"}`
      : Authkey(std::as_bytes(std::span(secret))) {}
  Authkey(const std::string& secret)  // NOLINT(google-explicit-constructor)
      : Authkey(std::string_view(secret)) {}
  Authkey(const char* secret)  // NOLINT(google-explicit-constructor)
      : Authkey(std::string_view(secret)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return digest_ != nullptr; }
  [[nodiscard]] const std::shared_ptr<const detail::connection::KeyedDigest>& digest()
      const noexcept {
    return digest_;
  }

 private:
  std::shared_ptr<const detail::connection::KeyedDigest> digest_;
};

}  // namespace hilo::multiprocessing::connection
