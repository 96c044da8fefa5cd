// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace hilo::detail {

/// A linker's or a type_info's name as the source has it.
[[nodiscard]] std::string demangled(const char* name);

/// Inside a handler: type and text of the exception, "std::runtime_error: no such thing".
[[nodiscard]] std::string describe_current_exception();

}  // namespace hilo::detail
