// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>

#include "hilo/marshal.hpp"

namespace hilo::detail::pool {

/// Worker, inside a handler: writes the exception.
void write_current_exception(marshal::Writer& out);

/// Owner: the exception with its own type, if that is known, and with where it comes from.
[[nodiscard]] std::exception_ptr read_exception(marshal::Reader& in, const std::string& process,
                                                int pid, const std::string& function);

}  // namespace hilo::detail::pool
