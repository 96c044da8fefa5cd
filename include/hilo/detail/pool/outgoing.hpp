// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/marshal.hpp"

namespace hilo::detail::pool {

/// What goes to another process: what was written, and behind it bytes that stand somewhere
/// already, so that they are copied once only.
struct Outgoing {
  marshal::Writer head;
  std::span<const std::byte> bulk;
  std::shared_ptr<void> keeps_bulk;

  [[nodiscard]] std::size_t size() const noexcept { return head.size() + bulk.size(); }
  void clear() noexcept {
    head.clear();
    bulk = {};
    keeps_bulk.reset();
  }
};

/// Whether many Ts are written as they stand in memory, behind their number.
template <class T>
inline constexpr bool k_bulky = marshal::detail::is_packed<T>() && !std::is_same_v<T, bool>;

/// Ends the message with `values`, as marshal writes them; the last ones of it.
template <class T>
void end_with(Outgoing& out, std::vector<T> values) {
  if constexpr (k_bulky<T>) {
    auto kept = std::make_shared<std::vector<T>>(std::move(values));
    out.head.write_count(kept->size(), marshal::detail::least_size<T>());
    out.bulk = std::as_bytes(std::span<const T>(*kept));
    out.keeps_bulk = std::move(kept);
  } else {
    marshal::dump_to(out.head, values);
  }
}
template <class T>
void end_with(Outgoing& out, const T& value) {
  marshal::dump_to(out.head, value);
}

}  // namespace hilo::detail::pool
