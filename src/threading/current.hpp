// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "threading/thread_record.hpp"

namespace hilo::detail {

/// The record of the calling thread, made if it has none.
[[nodiscard]] std::shared_ptr<ThreadRecord> current_record();

/// The same, or null: makes none.
[[nodiscard]] ThreadRecord* known_current_record() noexcept;

/// First step of a thread: `record` is its own until its thread_local objects are gone.
void set_current_record(const std::shared_ptr<ThreadRecord>& record);

}  // namespace hilo::detail
