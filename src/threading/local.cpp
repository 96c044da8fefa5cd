// SPDX-License-Identifier: MIT
#include "hilo/threading/local.hpp"

#include <list>
#include <mutex>
#include <utility>
#include <vector>

#include "hilo/detail/local_slot.hpp"
#include "hilo/detail/program_end.hpp"
#include "os/native_thread.hpp"
#include "threading/daemon.hpp"

namespace hilo::detail {
namespace {

/// One thread's objects, by their locals' indices. Read without the lock by its thread only, and
/// changed under it.
struct LocalTable {
  std::vector<LocalObject*> objects;
  std::list<LocalTable>::iterator place = {};
};

/// Never destroyed: threads may end after the last static destructor.
struct Locals {
  std::mutex mutex;  // nothing of the user's is called while it is held
  std::list<LocalTable> tables;
  std::list<LocalTable> vanished;  // in a forked child: those of its parent's other threads
  std::vector<std::uint32_t> free;
  std::uint32_t count = 0;

  Locals() { os::add_fork_hooks(before_fork, after_fork, after_fork_in_child); }

  static Locals& get() {
    static auto* const locals = new Locals();
    return *locals;
  }

  static void before_fork() { get().mutex.lock(); }
  static void after_fork() { get().mutex.unlock(); }
  static void after_fork_in_child();

  std::uint32_t take_index() {
    const std::scoped_lock guard(mutex);
    if (!free.empty()) {
      const std::uint32_t index = free.back();
      free.pop_back();
      return index;
    }
    free.reserve(count + 1);  // so that giving one back needs no memory
    return count++;
  }
};

constinit thread_local LocalTable* t_table = nullptr;
constinit thread_local os::ThreadEnd t_end;

void Locals::after_fork_in_child() {
  Locals& locals = get();
  for (auto at = locals.tables.begin(); at != locals.tables.end();) {
    const auto here = at++;
    if (&*here != t_table) locals.vanished.splice(locals.vanished.end(), locals.tables, here);
  }
  locals.mutex.unlock();
}

void end_of_thread(void* raw) {
  auto& table = *static_cast<LocalTable*>(raw);
  // A destructor that asks for a local finds no table, and makes one that ends in its turn.
  t_table = nullptr;
  Locals& locals = Locals::get();
  std::list<LocalTable> own;
  {
    const std::scoped_lock guard(locals.mutex);
    own.splice(own.end(), locals.tables, table.place);
  }
  for (LocalObject* object : table.objects) delete object;
}

LocalTable& table_of_caller(Locals& locals) {
  if (t_table == nullptr) {
    std::list<LocalTable> fresh(1);
    fresh.front().place = fresh.begin();
    os::at_thread_end(t_end, end_of_thread, &fresh.front());
    const std::scoped_lock guard(locals.mutex);
    t_table = &fresh.front();
    locals.tables.splice(locals.tables.end(), fresh);
  }
  return *t_table;
}

}  // namespace

LocalObject::~LocalObject() = default;

LocalSlot::LocalSlot() : index_(Locals::get().take_index()) {}

LocalSlot::~LocalSlot() {
  const bool outlived = daemons_outlive_objects();
  Locals& locals = Locals::get();
  LocalObject* doomed = nullptr;
  {
    const std::scoped_lock guard(locals.mutex);
    for (LocalTable& table : locals.tables) {
      if (index_ >= table.objects.size() || (outlived && &table != t_table)) continue;
      LocalObject* const object = std::exchange(table.objects[index_], nullptr);
      if (object != nullptr) object->next_ = std::exchange(doomed, object);
    }
  }
  while (doomed != nullptr) delete std::exchange(doomed, doomed->next_);
  const std::scoped_lock guard(locals.mutex);
  if (!outlived) locals.free.push_back(index_);
}

LocalObject* LocalSlot::find() const noexcept {
  const LocalTable* const table = t_table;
  return table != nullptr && index_ < table->objects.size() ? table->objects[index_] : nullptr;
}

LocalObject* LocalSlot::put(std::unique_ptr<LocalObject> object) const {
  Locals& locals = Locals::get();
  LocalTable& table = table_of_caller(locals);
  const std::scoped_lock guard(locals.mutex);
  if (index_ >= table.objects.size()) table.objects.resize(index_ + 1);
  // What made it may have asked for the same local: then that object is in use already.
  LocalObject*& place = table.objects[index_];
  if (place == nullptr) place = object.release();
  return place;
}

}  // namespace hilo::detail
