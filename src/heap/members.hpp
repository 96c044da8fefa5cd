// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>

#include "heap/layout.hpp"

/// The records of the family's members.
namespace hilo::detail::family {

/// The record that `id` names, whoever has it now.
[[nodiscard]] Record& record_of(std::uint32_t id);

/// Whether the member's process can never run again; marks its record dead when it finds that out.
/// An id whose record was given to somebody else names a dead one.
[[nodiscard]] bool member_died(std::uint32_t id) noexcept;

/// Makes the records of the first page and takes the first for this process, which founds the
/// family. Sets self().
void found_members();

/// This process, started by a member, takes the record made for it: `id` names it from now on.
/// Returns: false if the record is not (or no longer) this process's to take.
/// Async-signal-safe.
[[nodiscard]] bool claim_record(std::uint32_t id) noexcept;

/// Under the family's lock: reserves a record. Throws: std::system_error if there are too many.
[[nodiscard]] std::uint32_t reserve_record();

/// Under the family's lock: looks for members that ended and gives back what they held.
void reap_dead_members();

/// Under the family's lock: the member of this record has ended; gives back what it held.
void bury(Record& record);

/// How many records are in use.
[[nodiscard]] std::uint32_t count_members();

}  // namespace hilo::detail::family
