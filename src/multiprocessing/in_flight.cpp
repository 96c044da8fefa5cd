// SPDX-License-Identifier: MIT
#include "hilo/detail/family/in_flight.hpp"

#include "heap/objects.hpp"

namespace hilo::detail::family {

InFlight::~InFlight() {
  for (const std::uint64_t object : sent_) let_go_in_flight(object, carrier_);
}

void InFlight::sent(std::uint64_t offset) {
  sent_.reserve(sent_.size() + 1);
  hold_in_flight(offset, carrier_);
  sent_.push_back(offset);
}

void Arrival::received(std::uint64_t offset) { let_go_in_flight(offset, carrier_); }

}  // namespace hilo::detail::family
