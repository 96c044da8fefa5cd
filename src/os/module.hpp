// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

/// Contract: addresses of code that mean the same in another process that runs the same build,
/// wherever its modules are loaded.
namespace hilo::os {

/// A place in a module (the program or a shared library).
struct CodeAddress {
  std::uint64_t module;  // a hash of the module's build id
  std::uint64_t offset;
  std::string path;  // of a library
};

/// Throws: hilo::RuntimeError if no loaded module holds `address`.
[[nodiscard]] CodeAddress code_address(const void* address);

/// Loads the library if this process has not done so.
/// Throws: hilo::RuntimeError that names the module if that is not possible, or if it is another
///         build of it.
[[nodiscard]] const void* resolve(const CodeAddress& address);

}  // namespace hilo::os
