// SPDX-License-Identifier: MIT
#include "hilo/marshal/reader.hpp"

#include <fmt/format.h>

#include "hilo/errors.hpp"

namespace hilo::marshal {

void Reader::fail(Where where, std::string_view why) {
  throw UnpicklingError(fmt::format("hilo: byte {} of {}: {}", where.position, where.size, why));
}

void Reader::fail_short(Where where, std::size_t wanted) {
  fail(where, fmt::format("the bytes end too early: {} are needed, {} are left", wanted,
                          where.size - where.position));
}

void Reader::fail_count(Where where, std::uint64_t count, std::size_t least_size) {
  fail(where, fmt::format("{} elements of at least {} bytes cannot stand in the {} bytes left",
                          count, least_size, where.size - where.position));
}

void Reader::fail_depth(Where where) {
  fail(where, fmt::format("the value is nested deeper than {} levels", k_most_nested));
}

void Reader::fail_trailing(Where where) {
  fail(where,
       fmt::format("{} bytes are left behind the end of the value", where.size - where.position));
}

}  // namespace hilo::marshal
