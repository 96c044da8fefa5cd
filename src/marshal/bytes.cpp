// SPDX-License-Identifier: MIT
#include "hilo/marshal/bytes.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>

namespace hilo::marshal {

void Bytes::grow(std::size_t count) {
  constexpr std::size_t k_first = 256;
  constexpr std::size_t k_most = std::numeric_limits<std::ptrdiff_t>::max();
  if (count > k_most - size_) throw std::bad_alloc();
  const std::size_t doubled = capacity_ > k_most / 2 ? k_most : capacity_ * 2;
  const std::size_t capacity = std::max({size_ + count, doubled, k_first});
  // realloc moves the pages of a large block instead of their contents.
  void* const data = std::realloc(data_, capacity);
  if (data == nullptr) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(data);
  capacity_ = capacity;
}

}  // namespace hilo::marshal
