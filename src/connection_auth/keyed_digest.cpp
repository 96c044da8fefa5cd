// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <string>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing/authkey.hpp"

namespace hilo::detail::connection {
namespace {

class OpensslDigest final : public KeyedDigest {
 public:
  explicit OpensslDigest(std::span<const std::byte> key)
      : key_(reinterpret_cast<const char*>(key.data()), key.size()) {}
  ~OpensslDigest() override { OPENSSL_cleanse(key_.data(), key_.size()); }

  [[nodiscard]] std::string hmac(std::string_view digest, std::string_view text) const override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned size = 0;
    const EVP_MD* const method = find(digest);
    if (method == nullptr || HMAC(method, key_.data(), static_cast<int>(key_.size()),
                                  reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                  code.data(), &size) == nullptr) {
      throw AuthenticationError("hilo: libcrypto does not offer HMAC by " + std::string(digest));
    }
    return {reinterpret_cast<const char*>(code.data()), size};
  }

  [[nodiscard]] std::string random(std::size_t count) const override {
    std::string result(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(result.data()), static_cast<int>(count)) != 1) {
      throw AuthenticationError("hilo: libcrypto has no random numbers");
    }
    return result;
  }

  [[nodiscard]] bool same(std::string_view a, std::string_view b) const noexcept override {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
  }

 private:
  // libcrypto's names of the digests that CPython calls so.
  static const EVP_MD* find(std::string_view digest) noexcept {
    if (digest == "md5") return EVP_md5();
    if (digest == "sha256") return EVP_sha256();
    if (digest == "sha384") return EVP_sha384();
    if (digest == "sha3_256") return EVP_sha3_256();
    if (digest == "sha3_384") return EVP_sha3_384();
    return nullptr;
  }

  std::string key_;
};

}  // namespace

std::shared_ptr<const KeyedDigest> keyed_digest(std::span<const std::byte> key) {
  return std::make_shared<const OpensslDigest>(key);
}

}  // namespace hilo::detail::connection
