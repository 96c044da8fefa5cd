// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/export.hpp"
#include "hilo/marshal/bytes.hpp"
#include "hilo/pickle/object.hpp"

namespace hilo::pickle {

/// The value, or what a C++ value converts to, as a pickle of protocol 4.
///
///     send(dumps(std::map<std::string, int>{{"tea", 250}}));
///
/// Throws: PicklingError for an int of 2 GiB or more; std::bad_alloc.
/// Python: pickle.dumps(obj, protocol=4)
[[nodiscard]] HILO_EXPORT marshal::Bytes dumps(const Object& value);

}  // namespace hilo::pickle
