// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

/// The family's memory as this process sees it. An offset means the same in every member; where it
/// is mapped differs. The file is mapped in segments that double in size, each when it is first
/// needed, so a member that was forked before the memory grew maps the rest when it meets it.
namespace hilo::detail::family {

using Offset = std::uint64_t;

constexpr int k_first_segment_bits = 20;
constexpr int k_segments = 44;

class Segments {
 public:
  /// Segment 0 is [0, 1 MiB), segment k is [2^(19+k), 2^(20+k)).
  static constexpr int index_of(Offset offset) noexcept {
    return static_cast<int>(std::bit_width(offset >> k_first_segment_bits));
  }
  static constexpr Offset start_of(int index) noexcept {
    return index == 0 ? 0 : Offset{1} << (k_first_segment_bits + index - 1);
  }
  static constexpr std::size_t size_of(int index) noexcept {
    return std::size_t{1} << (index == 0 ? k_first_segment_bits : k_first_segment_bits + index - 1);
  }

  /// From now on offsets are those of this file. Maps segment 0. Throws: std::system_error.
  void open(int descriptor);
  /// Throws: std::system_error if the program has closed it.
  [[nodiscard]] int descriptor() const;
  /// Whether the descriptor is still the file's, not another one's who got its number.
  [[nodiscard]] bool intact() const noexcept;

  /// Where `offset` is in this process. Throws: std::system_error if its segment cannot be mapped.
  std::byte* resolve(Offset offset) {
    const int index = index_of(offset);
    // acquire: pairs with the release of whoever mapped it.
    std::byte* start = starts_[index].load(std::memory_order_acquire);
    if (start == nullptr) [[unlikely]]
      start = map(index);
    return start + (offset - start_of(index));
  }

  template <class T>
  T* as(Offset offset) {
    return reinterpret_cast<T*>(resolve(offset));
  }

  /// The offset of an address inside the family's memory.
  [[nodiscard]] Offset offset_of(const void* address) const noexcept;

 private:
  std::byte* map(int index);

  int descriptor_ = -1;
  std::uint64_t identity_ = 0;
  std::array<std::atomic<std::byte*>, k_segments> starts_{};
};

/// This process's view; there is one family in a process.
extern constinit Segments g_segments;

}  // namespace hilo::detail::family
