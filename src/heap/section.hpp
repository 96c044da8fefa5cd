// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace hilo::detail::family {

/// For who can end a process that is stopped and holds the lock meanwhile: `hook()` is called each
/// half second that a Section waits. It must not ask for one itself.
void hook_long_waits(void (*hook)()) noexcept;
/// The same for who waits for another process that may wait for a Section.
void call_long_wait_hook() noexcept;
constexpr std::chrono::milliseconds k_long_wait{500};

/// Holds the family's lock; nests within a thread. If the holder before died inside, what it left
/// half done is mended first.
class Section {
 public:
  Section();
  ~Section();
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;
};

}  // namespace hilo::detail::family
