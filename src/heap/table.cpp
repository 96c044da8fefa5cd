// SPDX-License-Identifier: MIT
#include "heap/table.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>

#include "heap/family.hpp"
#include "heap/objects.hpp"
#include "heap/section.hpp"
#include "hilo/detail/family/object.hpp"
#include "hilo/detail/family/scope.hpp"
#include "hilo/errors.hpp"

namespace hilo::detail::family {
namespace {

struct Table {
  std::mutex mutex;
  std::unordered_map<Offset, std::unique_ptr<LocalObject>> objects;  // guarded by mutex
};

/// Never destroyed: handles in static objects may outlive everything.
Table& table() {
  static auto* const the_table = new Table;
  return *the_table;
}

LocalObject* enter(Offset object, std::uint64_t serial) {
  auto local = std::make_unique<LocalObject>(1u, g_segments.resolve(object), object, serial);
  LocalObject* const entered = local.get();
  table().objects.emplace(object, std::move(local));
  return entered;
}

}  // namespace

ObjectRef ObjectRef::create(std::size_t size) {
  join();
  const std::scoped_lock guard(table().mutex);
  const Offset object = create_object(size);
  try {
    return ObjectRef(enter(object, serial_of(object)));
  } catch (...) {
    let_go(object, g_self.load());
    throw;
  }
}

void refuse_moved_from() {
  throw PicklingError("hilo: a handle that was moved from cannot be sent");
}

ObjectRef ObjectRef::find(std::uint64_t offset, std::uint64_t serial) {
  join();
  const std::scoped_lock guard(table().mutex);
  const auto known = table().objects.find(offset);
  if (known != table().objects.end() && known->second->serial == serial) {
    known->second->references.fetch_add(1);
    return ObjectRef(known->second.get());
  }
  if (!hold(offset, serial, g_self.load())) {
    throw UnpicklingError("hilo: the shared object that was sent does not exist (any more)");
  }
  return ObjectRef(enter(offset, serial));
}

void ObjectRef::drop(LocalObject* local) noexcept {
  std::uint32_t present = local->references.load();
  while (present > 1) {
    // release: what this handle did is done before the last one lets go.
    if (local->references.compare_exchange_weak(present, present - 1, std::memory_order_release,
                                                std::memory_order_relaxed)) {
      return;
    }
  }
  // The last one goes under the lock, so that find() cannot hand out what is going.
  const std::scoped_lock guard(table().mutex);
  if (local->references.fetch_sub(1) != 1) return;
  const Offset object = local->offset;
  table().objects.erase(object);
  let_go(object, g_self.load());
}

void lock_table() noexcept { table().mutex.lock(); }
void unlock_table() noexcept { table().mutex.unlock(); }

void hold_all_for(std::uint32_t member) {
  const Section section;
  for (const auto& [object, local] : table().objects) hold_known(object, member);
}

}  // namespace hilo::detail::family
