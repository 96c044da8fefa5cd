// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "hilo/detail/export.hpp"
#include "hilo/marshal/limits.hpp"
#include "hilo/marshal/transfer.hpp"

namespace hilo::marshal {

/// Where values are read from: bytes that anybody may have written. Every step is checked, and no
/// memory is asked for on the word of a length alone. The bytes must outlive the reader.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) noexcept
      : begin_(bytes.data()), next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] std::size_t bytes_left() const noexcept {
    return static_cast<std::size_t>(end_ - next_);
  }

  /// Any bit pattern must be a value of T: not for bool.
  ///
  /// Throws: UnpicklingError if the bytes end before.
  template <class T>
  requires((std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) || std::is_enum_v<T>)
      [[nodiscard]] T read_scalar() {
    T value;
    read_bytes(&value, sizeof value);
    return value;
  }

  /// Throws: UnpicklingError if the byte is neither 0 nor 1, or there is none.
  [[nodiscard]] bool read_bool() {
    const auto value = read_scalar<unsigned char>();
    if (value > 1) [[unlikely]]
      refuse("a bool is neither 0 nor 1");
    return value == 1;
  }

  /// Throws: UnpicklingError if the bytes end before.
  void read_bytes(void* target, std::size_t count) {
    const std::byte* const source = take(count).data();
    if (count != 0) std::memcpy(target, source, count);
  }

  /// The next `count` bytes, where they stand.
  ///
  /// Throws: UnpicklingError if the bytes end before.
  [[nodiscard]] std::span<const std::byte> take(std::size_t count) {
    if (bytes_left() < count) [[unlikely]]
      fail_short(where(), count);
    const std::byte* const first = next_;
    next_ += count;
    return {first, count};
  }

  /// The number of elements that follow, each of at least `least_size` bytes.
  ///
  /// Throws: UnpicklingError if so many cannot stand in the bytes that are left.
  [[nodiscard]] std::size_t read_count(std::size_t least_size) {
    const auto count = read_scalar<std::uint64_t>();
    const std::size_t most = least_size == 0 ? k_most_weightless : bytes_left() / least_size;
    if (count > most) [[unlikely]]
      fail_count(where(), count, least_size);
    return static_cast<std::size_t>(count);
  }

  /// The bytes are not what they should be, because of `why`.
  ///
  /// Throws: UnpicklingError, always.
  [[noreturn]] void refuse(std::string_view why) const { fail(where(), why); }

  /// The head of a frame, which names the types that were written.
  ///
  /// Throws: UnpicklingError if it is not `type_hash`.
  void expect_types(std::uint64_t type_hash) {
    if (read_scalar<std::uint64_t>() != type_hash) [[unlikely]]
      refuse("the bytes are of another type than the reader's: both ends must be the same build");
  }

  /// The end of a frame.
  ///
  /// Throws: UnpicklingError if there are bytes left.
  void finish() const {
    if (next_ != end_) [[unlikely]]
      fail_trailing(where());
  }

  /// Whom the codecs of handles tell what they read; none at first.
  [[nodiscard]] HandleReceiver* receiver() const noexcept { return receiver_; }
  void set_receiver(HandleReceiver* receiver) noexcept { receiver_ = receiver; }

  /// One level of containers and pointers, held while its inside is read.
  class Nesting {
   public:
    /// Throws: UnpicklingError beyond k_most_nested levels.
    explicit Nesting(Reader& in) : in_(in) {
      if (++in_.depth_ > k_most_nested) [[unlikely]] {
        --in_.depth_;
        fail_depth(in_.where());
      }
    }
    ~Nesting() { --in_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Reader& in_;
  };

 private:
  struct Where {
    std::size_t position;
    std::size_t size;
  };
  [[nodiscard]] Where where() const noexcept {
    return {static_cast<std::size_t>(next_ - begin_), static_cast<std::size_t>(end_ - begin_)};
  }

  // Not members of the object: a reader whose address goes nowhere can live in registers.
  [[noreturn]] HILO_EXPORT static void fail(Where where, std::string_view why);
  [[noreturn]] HILO_EXPORT static void fail_short(Where where, std::size_t wanted);
  [[noreturn]] HILO_EXPORT static void fail_count(Where where, std::uint64_t count,
                                                  std::size_t least_size);
  [[noreturn]] HILO_EXPORT static void fail_depth(Where where);
  [[noreturn]] HILO_EXPORT static void fail_trailing(Where where);

  const std::byte* begin_;
  const std::byte* next_;
  const std::byte* end_;
  HandleReceiver* receiver_ = nullptr;
  std::size_t depth_ = 0;
};

}  // namespace hilo::marshal
