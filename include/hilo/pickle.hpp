// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/pickle/codec.hpp"         // IWYU pragma: export
#include "hilo/pickle/conversion.hpp"    // IWYU pragma: export
#include "hilo/pickle/dumps.hpp"         // IWYU pragma: export
#include "hilo/pickle/loads.hpp"         // IWYU pragma: export
#include "hilo/pickle/object.hpp"        // IWYU pragma: export
#include "hilo/pickle/python_error.hpp"  // IWYU pragma: export

/// Python's pickle for plain data: what C++ and Python programs tell one another.
namespace hilo::pickle {}
