// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "hilo/pickle.hpp"

namespace hilo::pickle::testing {

/// The bytes of a text, which may hold zeros.
inline std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

inline std::string characters(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Object load(std::string_view text) { return loads(bytes(text)); }
inline std::string dump(const Object& value) { return characters(dumps(value)); }

/// What loads() says against the bytes; empty if nothing.
inline std::string complaint(std::string_view text) {
  try {
    static_cast<void>(load(text));
  } catch (const UnpicklingError& error) {
    return error.what();
  }
  return {};
}

}  // namespace hilo::pickle::testing
