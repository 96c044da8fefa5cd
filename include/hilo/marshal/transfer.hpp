// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "hilo/errors.hpp"

namespace hilo::marshal {

/// Told of every handle that is written, by its offset in the family heap, so that what the handle
/// means stays alive while the bytes are on their way. A write that throws may have told of some
/// handles already: whoever gave the Writer its transfer takes them back.
class HandleTransfer {
 public:
  virtual void sent(std::uint64_t offset) = 0;

  /// Lets `descriptor`, which stays the writer's, travel with the bytes.
  ///
  /// Returns: the number by which the reader asks for its own.
  /// Throws:  PicklingError where the bytes go no way that a descriptor can go.
  virtual std::uint32_t attach(int descriptor) {
    (void)descriptor;
    throw PicklingError(
        "hilo: a connection travels as an argument of a process or through another connection, and "
        "these bytes go another way");
  }

 protected:
  ~HandleTransfer() = default;
};

/// Told of every handle that is read: from here on the reader's process holds it by itself.
class HandleReceiver {
 public:
  virtual void received(std::uint64_t offset) = 0;

  /// Hands over the descriptor that came as `number`, once.
  ///
  /// Throws: UnpicklingError if none came so.
  virtual int detach(std::uint32_t number) {
    (void)number;
    throw UnpicklingError("hilo: the bytes speak of a connection, and none came with them");
  }

 protected:
  ~HandleReceiver() = default;
};

}  // namespace hilo::marshal
