// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/queue/end.hpp"

namespace hilo::detail::queue {

/// How many of the items that were put are worked off. It follows the back of the queue as the
/// front does, so a put does nothing for it.
class HILO_EXPORT Tasks {
 public:
  explicit Tasks(const End& back) noexcept : back_(back) {}

  /// Throws: ValueError if no item is unfinished.
  void finish();
  /// `count` of them at most, as many as are unfinished.
  void finish_dropped(std::uint64_t count);
  /// Returns: false if `deadline` passed before none was unfinished.
  bool join(Deadline deadline);

 private:
  [[nodiscard]] bool unfinished() const noexcept { return done_.looks_movable(back_); }

  const End& back_;
  End done_{0};
};

}  // namespace hilo::detail::queue
