// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "hilo/marshal/codec.hpp"
#include "hilo/pickle/dumps.hpp"
#include "hilo/pickle/loads.hpp"
#include "hilo/pickle/object.hpp"

/// An Object crosses to another process of the family as an argument or an item, in its pickle.
template <>
struct hilo::marshal::codec<hilo::Object> {
  using parts = marshal::parts<>;
  static constexpr std::size_t k_least_size = sizeof(std::uint64_t);

  static void write(Writer& out, const Object& value) {
    const Bytes bytes = pickle::dumps(value);
    out.write_count(bytes.size(), 1);
    out.write_bytes(bytes.data(), bytes.size());
  }
  static Object read(Reader& in) { return pickle::loads(in.take(in.read_count(1))); }
};
