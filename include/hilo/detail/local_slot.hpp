// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "hilo/detail/export.hpp"

namespace hilo::detail {

/// What one thread keeps for one local.
class HILO_EXPORT LocalObject {
 public:
  LocalObject() = default;
  virtual ~LocalObject();
  LocalObject(const LocalObject&) = delete;
  LocalObject& operator=(const LocalObject&) = delete;

 private:
  friend class LocalSlot;
  LocalObject* next_ = nullptr;  // while several are on their way to be destroyed
};

/// One local's place, the same in the table of every thread.
class HILO_EXPORT LocalSlot {
 public:
  LocalSlot();
  /// Destroys all threads' objects; only the caller's if daemons may be working with theirs while
  /// the program ends.
  ~LocalSlot();
  LocalSlot(const LocalSlot&) = delete;
  LocalSlot& operator=(const LocalSlot&) = delete;

  /// The calling thread's object, or null. Takes no lock.
  [[nodiscard]] LocalObject* find() const noexcept;

  /// Makes `object` the calling thread's, until its end, unless it has got one meanwhile.
  /// Returns: the one that it has.
  LocalObject* put(std::unique_ptr<LocalObject> object) const;

 private:
  const std::uint32_t index_;
};

}  // namespace hilo::detail
