// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hilo::pickle::detail {

/// The bytes of a pickle, read once from front to end; every step is checked.
class Source {
 public:
  explicit Source(std::span<const std::byte> bytes) noexcept
      : bytes_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {}

  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - position_; }

  /// The next bytes, where they stand.
  ///
  /// Throws: UnpicklingError if there are fewer.
  [[nodiscard]] std::string_view take(std::uint64_t count);
  /// The next bytes as a number without sign, the low byte first; eight at most.
  [[nodiscard]] std::uint64_t number(std::size_t size);
  /// As many bytes as the number before them says, which has `size` bytes.
  [[nodiscard]] std::string_view counted(std::size_t size) { return take(number(size)); }
  /// The bytes before the next line feed, which is skipped.
  ///
  /// Throws: UnpicklingError if there is none.
  [[nodiscard]] std::string_view line();

  /// Throws: UnpicklingError, always, with the position.
  [[noreturn]] void refuse(std::string_view why) const;

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

}  // namespace hilo::pickle::detail
