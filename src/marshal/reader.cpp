// SPDX-License-Identifier: MIT
#include "hilo/marshal/reader.hpp"

#include <fmt/format.h>

#include "hilo/errors.hpp"

namespace hilo::marshal {

void Reader::refuse(std::string_view why) const {
  throw UnpicklingError(fmt::format("hilo: byte {} of {}: {}", next_ - begin_, end_ - begin_, why));
}

void Reader::fail_short(std::size_t wanted) const {
  refuse(fmt::format("the bytes end too early: {} are needed, {} are left", wanted, bytes_left()));
}

void Reader::fail_count(std::uint64_t count, std::size_t least_size) const {
  refuse(fmt::format("{} elements of at least {} bytes cannot stand in the {} bytes left", count,
                     least_size, bytes_left()));
}

void Reader::fail_depth() const {
  refuse(fmt::format("the value is nested deeper than {} levels", k_most_nested));
}

void Reader::fail_trailing() const {
  refuse(fmt::format("{} bytes are left behind the end of the value", bytes_left()));
}

}  // namespace hilo::marshal
