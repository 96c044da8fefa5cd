// SPDX-License-Identifier: MIT
#include "heap/segments.hpp"

#include <cerrno>
#include <system_error>

#include "os/memory_file.hpp"

namespace hilo::detail::family {

constinit Segments g_segments;

void Segments::open(int descriptor) {
  // What a founding that failed has left.
  if (std::byte* const left = starts_[0].exchange(nullptr)) os::unmap_memory(left, size_of(0));
  descriptor_ = descriptor;
  identity_ = os::memory_file_identity(descriptor);
  map(0);
}

bool Segments::intact() const noexcept {
  return os::memory_file_identity(descriptor_) == identity_;
}

int Segments::descriptor() const {
  if (!intact()) {
    throw std::system_error(EBADF, std::generic_category(),
                            "hilo: the program has closed the descriptor of the family's memory");
  }
  return descriptor_;
}

std::byte* Segments::map(int index) {
  std::byte* mine = os::map_memory_file(descriptor(), start_of(index), size_of(index));
  std::byte* expected = nullptr;
  if (!starts_[index].compare_exchange_strong(expected, mine)) {
    os::unmap_memory(mine, size_of(index));  // another thread was faster
    return expected;
  }
  return mine;
}

Offset Segments::offset_of(const void* address) const noexcept {
  const auto* wanted = static_cast<const std::byte*>(address);
  for (int index = 0; index < k_segments; ++index) {
    const std::byte* start = starts_[index].load(std::memory_order_acquire);
    if (start != nullptr && wanted >= start && wanted < start + size_of(index)) {
      return start_of(index) + static_cast<Offset>(wanted - start);
    }
  }
  return 0;
}

}  // namespace hilo::detail::family
