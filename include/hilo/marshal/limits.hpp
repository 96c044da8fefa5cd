// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace hilo::marshal {

/// Levels of containers and pointers inside each other that can be written and read; the stack
/// bears them, whoever wrote the bytes.
inline constexpr std::size_t k_most_nested = 256;

/// Elements of a container whose type encodes to no bytes at all: their count cannot be checked
/// against the bytes that are left.
inline constexpr std::size_t k_most_weightless = 65536;

}  // namespace hilo::marshal
