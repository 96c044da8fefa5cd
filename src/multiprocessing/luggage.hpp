// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "hilo/marshal/transfer.hpp"
#include "os/descriptor.hpp"

/// Descriptors that travel to a child which is no copy of this process: with its payload, behind
/// the one descriptor by which that is known.
namespace hilo::detail {

/// `payload` itself, or something in its place that has the descriptors too.
/// Throws: std::system_error.
[[nodiscard]] os::UniqueDescriptor pack_luggage(os::UniqueDescriptor payload,
                                                const std::vector<int>& descriptors);

/// The child's side.
class Luggage final : public marshal::HandleReceiver {
 public:
  /// Throws: std::system_error.
  explicit Luggage(os::UniqueDescriptor packed);

  [[nodiscard]] os::UniqueDescriptor take_payload() noexcept { return std::move(payload_); }
  int detach(std::uint32_t number) override;
  void received(std::uint64_t) override {}  // the parent holds it for us

 private:
  os::UniqueDescriptor payload_;
  std::vector<os::UniqueDescriptor> descriptors_;
};

}  // namespace hilo::detail
