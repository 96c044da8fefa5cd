// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/array.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace hilo::detail {

void fail_array_index(std::ptrdiff_t index, std::size_t size) {
  throw std::out_of_range(fmt::format("hilo: index {} in an Array of {} elements", index, size));
}

void fail_array_size(std::size_t values, std::size_t size) {
  throw ValueError(fmt::format(
      "hilo: {} values for {} elements of an Array, which cannot change its size", values, size));
}

void fail_array_count(std::uint64_t count, std::size_t element) {
  throw std::system_error(
      ENOMEM, std::generic_category(),
      fmt::format("hilo: an Array of {} elements of {} bytes each", count, element));
}

SliceBounds slice_bounds(std::ptrdiff_t start, std::ptrdiff_t stop, std::size_t size) {
  const auto count = static_cast<std::ptrdiff_t>(size);
  const auto place = [count](std::ptrdiff_t position) {
    if (position < 0) return position < -count ? 0 : position + count;
    return position > count ? count : position;
  };
  const std::ptrdiff_t first = place(start);
  const std::ptrdiff_t last = place(stop);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last < first ? first : last)};
}

}  // namespace hilo::detail
