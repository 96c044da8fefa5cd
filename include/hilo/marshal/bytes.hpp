// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

#include "hilo/detail/export.hpp"

namespace hilo::marshal {

/// Bytes that are owned and can grow; new ones are not set to zero first, which is what makes it
/// faster to fill than a std::vector. Converts to std::span<const std::byte>.
class Bytes {
 public:
  Bytes() noexcept = default;
  /// A copy of `bytes`.
  explicit Bytes(std::span<const std::byte> bytes) { append(bytes.data(), bytes.size()); }
  ~Bytes() { std::free(data_); }

  Bytes(Bytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Bytes& operator=(Bytes&& other) noexcept {
    Bytes taken(std::move(other));
    std::swap(data_, taken.data_);
    std::swap(size_, taken.size_);
    std::swap(capacity_, taken.capacity_);
    return *this;
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  [[nodiscard]] std::byte* data() noexcept { return data_; }
  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::byte* begin() noexcept { return data_; }
  [[nodiscard]] std::byte* end() noexcept { return data_ + size_; }
  [[nodiscard]] const std::byte* begin() const noexcept { return data_; }
  [[nodiscard]] const std::byte* end() const noexcept { return data_ + size_; }

  /// Makes room for `count` more bytes.
  ///
  /// Returns: the first of them; what they hold is not defined until they are written.
  /// Throws:  std::bad_alloc.
  std::byte* extend(std::size_t count) {
    if (capacity_ - size_ < count) [[unlikely]]
      grow(count);
    std::byte* const room = data_ + size_;
    size_ += count;
    return room;
  }

  /// Forgets the last `count` bytes.
  void shrink(std::size_t count) noexcept { size_ -= count; }

  /// Throws: std::bad_alloc.
  void append(const void* source, std::size_t count) {
    if (count != 0) std::memcpy(extend(count), source, count);
  }

  /// Forgets the bytes and keeps their memory.
  void clear() noexcept { size_ = 0; }

 private:
  HILO_EXPORT void grow(std::size_t count);

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace hilo::marshal
