// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hilo/detail/export.hpp"

namespace hilo::detail {

/// A linker's or a type_info's name as the source has it.
[[nodiscard]] std::string demangled(const char* name);

struct ExceptionText {
  std::string type;
  std::string what;  // empty where the type has none
};

/// Inside a handler.
[[nodiscard]] ExceptionText text_of_current_exception();

/// "std::runtime_error: no such thing".
[[nodiscard]] std::string joined(const std::string& type, const std::string& what);

/// Inside a handler: both, joined. Exported for hilo's other libraries.
[[nodiscard]] HILO_EXPORT std::string describe_current_exception();

}  // namespace hilo::detail
