// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/marshal/bytes.hpp"
#include "hilo/marshal/limits.hpp"
#include "hilo/marshal/transfer.hpp"

namespace hilo::marshal {

/// Where values are written to: a flat buffer, used again and again by clear().
///
///     Writer out;
///     dump_to(out, job);
///     send(out.bytes());
class Writer {
 public:
  Writer() noexcept = default;
  /// Writes behind what `storage` holds.
  explicit Writer(Bytes storage) noexcept : bytes_(std::move(storage)) {}

  /// Throws: std::bad_alloc.
  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void write_scalar(T value) {
    std::memcpy(bytes_.extend(sizeof value), &value, sizeof value);
  }

  /// Throws: std::bad_alloc.
  void write_bytes(const void* source, std::size_t count) { bytes_.append(source, count); }

  /// The number of elements that follow; each takes at least `least_size` bytes.
  ///
  /// Throws: PicklingError if they take none and are more than a reader accepts; std::bad_alloc.
  void write_count(std::size_t count, std::size_t least_size) {
    if (least_size == 0 && count > k_most_weightless) [[unlikely]]
      fail_weightless(count);
    write_scalar(static_cast<std::uint64_t>(count));
  }

  /// The value cannot be written, because of `why`.
  ///
  /// Throws: PicklingError, always.
  [[noreturn]] HILO_EXPORT static void refuse(std::string_view why);

  [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  /// Hands over the bytes and leaves the writer empty.
  [[nodiscard]] Bytes take() noexcept { return std::move(bytes_); }
  /// Forgets the bytes and keeps their memory.
  void clear() noexcept { bytes_.clear(); }

  /// Whom the codecs of handles tell what they wrote; none at first.
  [[nodiscard]] HandleTransfer* transfer() const noexcept { return transfer_; }
  void set_transfer(HandleTransfer* transfer) noexcept { transfer_ = transfer; }

  /// One level of containers and pointers, held while its inside is written.
  class Nesting {
   public:
    /// Throws: PicklingError beyond k_most_nested levels.
    explicit Nesting(Writer& out) : out_(out) {
      if (++out_.depth_ > k_most_nested) [[unlikely]] {
        --out_.depth_;
        fail_depth();
      }
    }
    ~Nesting() { --out_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Writer& out_;
  };

 private:
  [[noreturn]] HILO_EXPORT static void fail_weightless(std::size_t count);
  [[noreturn]] HILO_EXPORT static void fail_depth();

  Bytes bytes_;
  HandleTransfer* transfer_ = nullptr;
  std::size_t depth_ = 0;
};

}  // namespace hilo::marshal
