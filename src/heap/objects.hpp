// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "heap/layout.hpp"

/// Objects: blocks that several members hold, and the parts that belong to them.
namespace hilo::detail::family {

/// Payload of a new object, all zero, held by this member. Throws: std::system_error.
[[nodiscard]] Offset create_object(std::size_t size);

/// A block that belongs to the object with this payload. Throws: std::system_error.
[[nodiscard]] Offset create_part(Offset object, std::size_t size);

[[nodiscard]] std::uint64_t serial_of(Offset object);

/// `member` holds the object from now on, too.
/// Returns: false if there is no object with this serial there. Throws: std::system_error.
bool hold(Offset object, std::uint64_t serial, std::uint32_t member);

/// Under the family's lock: the same for an object that this process holds itself.
void hold_known(Offset object, std::uint32_t member);

/// `member` lets go of the object; without holders it is freed.
void let_go(Offset object, std::uint32_t member) noexcept;

/// The object named stays as long as it is on its way through `carrier`, another object, once more
/// for each call. Throws: std::system_error if there is no memory, or the carrier is beyond reach.
void hold_in_flight(Offset object, Offset carrier);
/// It has arrived. A carrier that goes lets go of what never arrived.
void let_go_in_flight(Offset object, Offset carrier) noexcept;

/// Whether the object that had this serial is held by somebody who lives.
[[nodiscard]] bool held_by_living(Offset object, std::uint64_t serial);

/// Under the family's lock: frees what the member owned and lets go of what it held.
void give_back_all_of(std::uint32_t member) noexcept;

/// Under the family's lock, taken over from a member that died in it.
void mend_objects();

}  // namespace hilo::detail::family
