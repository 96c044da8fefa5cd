// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "hilo/detail/export.hpp"

namespace hilo::detail::family {

/// What a process knows of an object it holds: one for each object, shared by all its handles.
struct LocalObject {
  std::atomic<std::uint32_t> references;
  void* payload;
  std::uint64_t offset;
  std::uint64_t serial;
};

/// A handle to an object in the family's memory. Copies are counted within the process; the process
/// holds the object as one, and when its last handle goes, or the process itself, lets go of it.
/// The object goes with its last holder.
class HILO_EXPORT ObjectRef {
 public:
  ObjectRef() noexcept = default;
  /// Makes an object of `size` bytes, all zero, aligned to 64.
  /// Throws: std::system_error if there is no memory.
  static ObjectRef create(std::size_t size);
  /// The object that another member named.
  /// Throws: UnpicklingError if there is no such object (any more).
  static ObjectRef find(std::uint64_t offset, std::uint64_t serial);

  ObjectRef(const ObjectRef& other) noexcept : local_(other.local_) {
    // relaxed: whoever copies holds a reference already.
    if (local_ != nullptr) local_->references.fetch_add(1, std::memory_order_relaxed);
  }
  ObjectRef(ObjectRef&& other) noexcept : local_(std::exchange(other.local_, nullptr)) {}
  ObjectRef& operator=(ObjectRef other) noexcept {
    std::swap(local_, other.local_);
    return *this;
  }
  ~ObjectRef() {
    if (local_ != nullptr) drop(local_);
  }

  [[nodiscard]] void* payload() const noexcept { return local_->payload; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return local_ ? local_->offset : 0; }
  [[nodiscard]] std::uint64_t serial() const noexcept { return local_ ? local_->serial : 0; }
  explicit operator bool() const noexcept { return local_ != nullptr; }

  /// The same object, and an order of objects that all members agree on.
  friend bool operator==(const ObjectRef& a, const ObjectRef& b) noexcept {
    return a.local_ == b.local_;
  }
  friend std::strong_ordering operator<=>(const ObjectRef& a, const ObjectRef& b) noexcept {
    return a.serial() <=> b.serial();
  }

 private:
  explicit ObjectRef(LocalObject* local) noexcept : local_(local) {}
  static void drop(LocalObject* local) noexcept;

  LocalObject* local_ = nullptr;
};

/// Throws: PicklingError: a handle that was moved from means nothing to anybody.
[[noreturn]] HILO_EXPORT void refuse_moved_from();

}  // namespace hilo::detail::family
