// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/shared_memory.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "hilo/errors.hpp"
#include "os/memory_file.hpp"
#include "os/named_memory.hpp"
#include "os/self.hpp"

namespace hilo::multiprocessing::shared_memory {
namespace {

class Segment {
 public:
  explicit Segment(os::UniqueDescriptor descriptor, const std::string& name)
      : descriptor_(std::move(descriptor)), size_(os::named_memory_size(descriptor_.get())) {
    if (size_ == 0) {
      throw std::system_error(EINVAL, std::generic_category(),
                              fmt::format("hilo: shared memory '{}' is empty (yet)", name));
    }
    data_ = os::map_memory_file(descriptor_.get(), 0, size_);
  }
  ~Segment() { os::unmap_memory(data_, size_); }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {data_, size_}; }

 private:
  // Open as long as it is mapped: that is what says so to unlink_orphans() of others.
  os::UniqueDescriptor descriptor_;
  std::size_t size_;
  std::byte* data_ = nullptr;
};

/// CPython's form: 14 characters with the slash, which is what BSDs take.
std::string fresh_name() {
  std::string name = "psm_";
  for (const char byte : os::random_bytes(4)) {
    name += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return name;
}

void check(SharedMemoryOptions& options) {
  if (options.create && options.size == 0) {
    throw ValueError("hilo: a new SharedMemory needs a size above 0");
  }
  if (!options.create && options.name.empty()) {
    throw ValueError("hilo: a SharedMemory that is not created needs a name");
  }
  std::string& name = options.name;
  if (name.starts_with('/')) name.erase(0, 1);  // as shm_open() takes it
  constexpr std::size_t k_most = 250;
  if (name.size() > k_most || name.find('/') != std::string::npos ||
      name.find('\0') != std::string::npos || name == "." || name == "..") {
    throw ValueError(fmt::format("hilo: '{}' cannot be the name of a SharedMemory", name));
  }
}

os::UniqueDescriptor create(std::string& name, std::size_t size, os::Tracked tracked) {
  if (tracked == os::Tracked::yes) unlink_orphans();
  if (!name.empty()) return os::create_named_memory(name, size, tracked);
  for (;;) {
    std::string fresh = fresh_name();
    try {
      auto made = os::create_named_memory(fresh, size, tracked);
      name = std::move(fresh);
      return made;
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::file_exists) throw;
    }
  }
}

}  // namespace

SharedMemory::SharedMemory(SharedMemoryOptions options) {
  check(options);
  auto descriptor = options.create ? create(options.name, options.size, os::Tracked{options.track})
                                   : os::open_named_memory(options.name);
  try {
    const auto segment = std::make_shared<Segment>(std::move(descriptor), options.name);
    buf_ = segment->bytes();
    segment_ = segment;
  } catch (...) {
    if (options.create) os::unlink_named_memory(options.name);
    throw;
  }
  name_ = std::move(options.name);
}

void SharedMemory::unlink() const { os::unlink_named_memory(name_); }

std::size_t unlink_orphans() noexcept { return os::unlink_named_orphans(); }

}  // namespace hilo::multiprocessing::shared_memory
