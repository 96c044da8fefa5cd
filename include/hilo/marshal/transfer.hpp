// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace hilo::marshal {

/// Told of every handle that is written, by its offset in the family heap, so that what the handle
/// means stays alive while the bytes are on their way. A write that throws may have told of some
/// handles already: whoever gave the Writer its transfer takes them back.
class HandleTransfer {
 public:
  virtual void sent(std::uint64_t offset) = 0;

 protected:
  ~HandleTransfer() = default;
};

/// Told of every handle that is read: from here on the reader's process holds it by itself.
class HandleReceiver {
 public:
  virtual void received(std::uint64_t offset) = 0;

 protected:
  ~HandleReceiver() = default;
};

}  // namespace hilo::marshal
