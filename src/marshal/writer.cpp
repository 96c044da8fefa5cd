// SPDX-License-Identifier: MIT
#include "hilo/marshal/writer.hpp"

#include <fmt/format.h>

#include "hilo/errors.hpp"

namespace hilo::marshal {

void Writer::refuse(std::string_view why) {
  throw PicklingError(fmt::format("hilo: a value cannot be written: {}", why));
}

void Writer::fail_weightless(std::size_t count) {
  refuse(
      fmt::format("{} elements that encode to nothing are more than {}", count, k_most_weightless));
}

void Writer::fail_depth() {
  refuse(fmt::format("it is nested deeper than {} levels", k_most_nested));
}

}  // namespace hilo::marshal
