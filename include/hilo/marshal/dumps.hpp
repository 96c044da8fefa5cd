// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <tuple>
#include <type_traits>

#include "hilo/marshal/bytes.hpp"
#include "hilo/marshal/marshalable.hpp"
#include "hilo/marshal/reader.hpp"
#include "hilo/marshal/writer.hpp"

namespace hilo::marshal {

/// Writes `value` behind what `out` holds.
///
/// Throws: PicklingError for what only the run can know, such as more than k_most_nested levels;
///         std::bad_alloc.
template <class T>
void dump_to(Writer& out, const T& value) {
  require_marshalable<T>();
  if constexpr (Marshalable<T>) detail::put(out, value);
}

/// Reads the next value of `in`, a T that dump_to() wrote.
///
/// Throws: UnpicklingError if the bytes are no T; whatever the constructors of T throw.
template <class T>
[[nodiscard]] T load_from(Reader& in) {
  require_marshalable<T>();
  if constexpr (Marshalable<T>) {
    return detail::get<std::remove_cv_t<T>>(in);
  } else {
    std::abort();
  }
}

/// The values as bytes, with a hash of their types in front.
///
/// Throws: as dump_to().
/// Python: pickle.dumps; differs: the types are part of the agreement, not of the bytes.
template <class... Ts>
[[nodiscard]] Bytes dumps(const Ts&... values) {
  Writer out;
  (require_marshalable<Ts>(), ...);
  if constexpr ((Marshalable<Ts> && ...)) {
    out.write_scalar(type_hash<Ts...>());
    (detail::put(out, values), ...);
  }
  return out.take();
}

/// The value that dumps() made `bytes` from; several types make a tuple.
///
///     const Bytes bytes = dumps(job);
///     Job same = loads<Job>(bytes);
///
/// Throws: UnpicklingError if the bytes are of other types or of another build, are cut short,
///         damaged or go on behind the end.
/// Python: pickle.loads; differs: safe with bytes of anybody.
template <class T, class... More>
[[nodiscard]] auto loads(std::span<const std::byte> bytes) {
  using Result = std::conditional_t<sizeof...(More) == 0, T, std::tuple<T, More...>>;
  Reader in(bytes);
  require_marshalable<Result>();
  if constexpr (Marshalable<Result>) {
    in.expect_types(type_hash<T, More...>());
    auto result = detail::get<Result>(in);
    in.finish();
    return result;
  }
}

}  // namespace hilo::marshal
