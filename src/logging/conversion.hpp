// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/common.h>

#include <cstdint>
#include <string_view>

#include "logging/log_format.hpp"

/// Python's conversions: a value, printed as "-10s", "05d" or ".3f" says.
namespace hilo::detail {

void append_text(std::string_view text, const LogSpec& spec, spdlog::memory_buf_t& line);
void append_integer(std::int64_t value, const LogSpec& spec, spdlog::memory_buf_t& line);
void append_real(double value, const LogSpec& spec, spdlog::memory_buf_t& line);

}  // namespace hilo::detail
