// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "hilo/threading/functions.hpp"
#include "os/native_thread.hpp"
#include "os/thread.hpp"
#include "threading/current.hpp"
#include "threading/registry.hpp"
#include "threading/thread_record.hpp"

namespace hilo::detail {
namespace {

constinit thread_local ThreadRecord* t_current = nullptr;
// What runs even later in the thread's end can still ask who it is.
constinit thread_local bool t_ended = false;
constinit thread_local os::ThreadEnd t_end;
constinit std::atomic<std::uint64_t> g_foreign_threads{0};

void end_of_thread(void* raw) {
  auto& record = *static_cast<ThreadRecord*>(raw);
  t_current = nullptr;
  t_ended = true;
  if (record.is_alive()) {  // only a foreign thread has not said so itself
    ThreadRegistry::get().remove(record);
    record.phase.set(ThreadPhase::finished);
  }
  const auto last = std::exchange(record.self, nullptr);
}

std::shared_ptr<ThreadRecord> foreign_record() {
  auto record = std::make_shared<ThreadRecord>(ThreadKind::foreign,
                                               fmt::format("Dummy-{}", ++g_foreign_threads), true);
  record->native_id = os::native_thread_id();
  record->reaper.set(ThreadReaper::done);
  if (t_ended) {
    record->phase.set(ThreadPhase::finished);
    return record;
  }
  record->phase.set(ThreadPhase::running);
  ThreadRegistry::get().add(record);
  set_current_record(record);
  return record;
}

}  // namespace

void set_current_record(const std::shared_ptr<ThreadRecord>& record) {
  os::at_thread_end(t_end, end_of_thread, record.get());
  record->self = record;
  t_current = record.get();
}

ThreadRecord* known_current_record() noexcept { return t_current; }

std::shared_ptr<ThreadRecord> current_record() {
  if (t_current != nullptr) return t_current->self;
  if (!os::is_main_thread()) return foreign_record();
  auto record = ThreadRegistry::get().main();
  record->self = record;
  t_current = record.get();
  return record;
}

}  // namespace hilo::detail

namespace hilo::threading {

using detail::ThreadAccess;
using detail::ThreadRegistry;

Thread current_thread() { return ThreadAccess::handle(detail::current_record()); }

Thread main_thread() { return ThreadAccess::handle(ThreadRegistry::get().main()); }

std::vector<Thread> enumerate() {
  std::vector<Thread> threads;
  for (auto& record : ThreadRegistry::get().alive()) {
    threads.push_back(ThreadAccess::handle(std::move(record)));
  }
  return threads;
}

std::size_t active_count() { return ThreadRegistry::get().alive_count(); }

std::uint64_t get_ident() noexcept { return os::native_thread_id(); }

std::uint64_t get_native_id() noexcept { return os::native_thread_id(); }

}  // namespace hilo::threading
