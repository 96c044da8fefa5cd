// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/family/object.hpp"
#include "hilo/marshal/transfer.hpp"

namespace hilo::detail::family {

/// Keeps the objects alive whose handles are written into an item, from then until it is received:
/// the object that carries the item holds them. Without commit() it lets go of them again.
class HILO_EXPORT InFlight final : public marshal::HandleTransfer {
 public:
  explicit InFlight(const ObjectRef& carrier) : carrier_(carrier.offset()) {}
  ~InFlight();
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

  void sent(std::uint64_t offset) override;
  void commit() noexcept { sent_.clear(); }

 private:
  const std::uint64_t carrier_;
  std::vector<std::uint64_t> sent_;
};

/// The other side: what arrives is held by this process, and no longer by the carrier.
class HILO_EXPORT Arrival final : public marshal::HandleReceiver {
 public:
  explicit Arrival(const ObjectRef& carrier) : carrier_(carrier.offset()) {}

  void received(std::uint64_t offset) override;

 private:
  const std::uint64_t carrier_;
};

}  // namespace hilo::detail::family
