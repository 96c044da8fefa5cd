// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::detail::family {

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
