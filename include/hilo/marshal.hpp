// SPDX-License-Identifier: MIT
#pragma once

/// Objects to bytes and back, between processes of one build.
#include "hilo/marshal/bytes.hpp"        // IWYU pragma: export
#include "hilo/marshal/codec.hpp"        // IWYU pragma: export
#include "hilo/marshal/dumps.hpp"        // IWYU pragma: export
#include "hilo/marshal/limits.hpp"       // IWYU pragma: export
#include "hilo/marshal/marshalable.hpp"  // IWYU pragma: export
#include "hilo/marshal/reader.hpp"       // IWYU pragma: export
#include "hilo/marshal/transfer.hpp"     // IWYU pragma: export
#include "hilo/marshal/writer.hpp"       // IWYU pragma: export
