// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "hilo/marshal.hpp"

namespace hilo::detail::pool {

/// What goes to another process: what was written, and between it bytes that stand somewhere
/// already, so that they are copied once only.
class Outgoing {
 public:
  marshal::Writer head;

  /// `bytes` come behind what is written so far. They stay where they are until this is cleared, or
  /// `keeps` keeps them there. Once only.
  void lend(std::span<const std::byte> bytes, std::shared_ptr<void> keeps = {}) noexcept {
    lent_ = bytes;
    lent_at_ = head.size();
    keeps_ = std::move(keeps);
  }
  [[nodiscard]] bool lends() const noexcept { return !lent_.empty(); }

  [[nodiscard]] std::size_t size() const noexcept { return head.size() + lent_.size(); }
  /// Writes all of it to `place`.
  void copy_to(std::byte* place) const noexcept {
    const std::byte* const written = head.bytes().data();
    place = copy(place, {written, lent_at_});
    place = copy(place, lent_);
    copy(place, {written + lent_at_, head.size() - lent_at_});
  }
  void clear() noexcept {
    head.clear();
    lend({});
  }

 private:
  static std::byte* copy(std::byte* place, std::span<const std::byte> bytes) noexcept {
    if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
    return place + bytes.size();
  }

  std::span<const std::byte> lent_;
  std::size_t lent_at_ = 0;
  std::shared_ptr<void> keeps_;
};

/// Whether a T is written as a number of elements, and these as they stand in memory.
template <class T>
concept Lendable = requires {
  requires marshal::detail::CodecOf<T>::k_one_copy;
};

/// Below this a copy costs nothing.
inline constexpr std::size_t k_worth_lending = 4096;

/// As marshal writes `value`, which stays where it is; without a copy if it is large, but for one
/// only.
template <class T>
void dump_or_lend(Outgoing& out, const T& value, std::shared_ptr<void> keeps = {}) {
  if constexpr (Lendable<T>) {
    const auto bytes = std::as_bytes(std::span(value.data(), value.size()));
    if (bytes.size() >= k_worth_lending && !out.lends()) {
      out.head.write_count(value.size(), marshal::detail::least_size<typename T::value_type>());
      return out.lend(bytes, std::move(keeps));
    }
  }
  marshal::dump_to(out.head, value);
}

/// Ends the message with a value.
template <class T>
void end_with(Outgoing& out, T value) {
  if constexpr (Lendable<T>) {
    if (value.size() * sizeof(typename T::value_type) >= k_worth_lending) {
      const auto kept = std::make_shared<T>(std::move(value));
      return dump_or_lend(out, *kept, kept);
    }
  }
  marshal::dump_to(out.head, value);
}

}  // namespace hilo::detail::pool
