// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <exception>

namespace bench {

/// Memory that is really there, in small pages.
class Ballast {
 public:
  explicit Ballast(std::size_t size) : size_(size) {
    if (size_ == 0) return;
    memory_ = static_cast<std::byte*>(
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (memory_ == MAP_FAILED) std::terminate();
    madvise(memory_, size_, MADV_NOHUGEPAGE);
    constexpr std::size_t k_page = 4096;
    for (std::size_t at = 0; at < size_; at += k_page) memory_[at] = std::byte{1};
  }
  ~Ballast() {
    if (size_ != 0) munmap(memory_, size_);
  }
  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;

 private:
  std::size_t size_;
  std::byte* memory_ = nullptr;
};

}  // namespace bench
