// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/errors.hpp"
#include "hilo/marshal/bytes.hpp"

namespace hilo::multiprocessing {

using hilo::AuthenticationError;
using hilo::ProcessError;
using hilo::TimeoutError;

/// A message is longer than the memory it was to be received into. It is not lost.
class HILO_EXPORT BufferTooShort : public ProcessError {
 public:
  BufferTooShort(const std::string& text, marshal::Bytes message)
      : ProcessError(text), message_(std::make_shared<const marshal::Bytes>(std::move(message))) {}

  /// The whole message.
  [[nodiscard]] std::span<const std::byte> message() const noexcept { return *message_; }

 private:
  std::shared_ptr<const marshal::Bytes> message_;  // copied with the exception
};

}  // namespace hilo::multiprocessing
