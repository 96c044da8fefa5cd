// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "hilo/detail/export.hpp"
#include "hilo/errors.hpp"
#include "hilo/pickle/conversion.hpp"
#include "hilo/pickle/object.hpp"

namespace hilo::pickle {

/// The value that a pickle of protocol 0 to 5 stands for: plain data and exceptions; nothing is
/// executed. Time and memory are bounded by the length of the bytes, whoever wrote them.
///
/// Throws: UnpicklingError, with the position, if the bytes are damaged, name a class or function
///         that is no plain data, contain themselves, are nested deeper than
///         Object::k_most_nested or go on behind the end.
/// Python: pickle.loads; differs: safe with bytes of anybody.
[[nodiscard]] HILO_EXPORT Object loads(std::span<const std::byte> bytes);

struct LoadOptions {
  /// What the pickle shares, a C++ value has once for each place. This many times the length of the
  /// pickle, plus a MiB, is the largest weight() that loads<T>() converts.
  std::size_t most_expansion = 64;
};

namespace detail {

/// loads(), and its weight() is looked at.
[[nodiscard]] HILO_EXPORT Object load_to_convert(std::span<const std::byte> bytes,
                                                 const LoadOptions& options);

}  // namespace detail

/// The same as a T.
///
///     const auto stock = loads<std::map<std::string, int>>(receive());
///
/// Throws: UnpicklingError, as loads(), and if the value is no T or a T cannot hold it.
template <Convertible T>
[[nodiscard]] T loads(std::span<const std::byte> bytes, const LoadOptions& options = {}) {
  const Object object = detail::load_to_convert(bytes, options);
  try {
    return object.as<T>();
  } catch (const ValueError& error) {
    throw UnpicklingError(error.what());
  }
}

}  // namespace hilo::pickle
