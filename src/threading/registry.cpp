// SPDX-License-Identifier: MIT
#include "threading/registry.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "os/native_thread.hpp"
#include "sync/lock_watch.hpp"
#include "threading/current.hpp"

namespace hilo::detail {

ThreadRegistry& ThreadRegistry::get() {
  static auto* const registry = new ThreadRegistry();
  return *registry;
}

ThreadRegistry::ThreadRegistry() {
  os::add_fork_hooks(before_fork, after_fork_in_parent, after_fork_in_child);
  // Makes no record: who asks only watches.
  sync::name_threads_by([] {
    const ThreadRecord* const current = known_current_record();
    return current != nullptr ? thread_name(*current) : std::string();
  });
}

void ThreadRegistry::add(const Pointer& record) {
  List node{record};
  const std::scoped_lock guard(mutex);
  record->place = node.begin();
  alive_.splice(alive_.end(), node);
}

void ThreadRegistry::remove(ThreadRecord& record) noexcept {
  List node;
  const std::scoped_lock guard(mutex);
  node.splice(node.end(), alive_, record.place);
}

void ThreadRegistry::finish(ThreadRecord& record) noexcept {
  const std::scoped_lock guard(mutex);
  finished_.splice(finished_.end(), alive_, record.place);
}

void ThreadRegistry::forget(ThreadRecord& record) noexcept {
  List
      node;  // outlives the guard: the last reference may die with it, and with that a user's value
  const std::scoped_lock guard(mutex);
  node.splice(node.end(), finished_, record.place);
}

void ThreadRegistry::sweep() noexcept {
  List ended;
  const std::scoped_lock guard(mutex);
  for (auto at = finished_.begin(); at != finished_.end();) {
    const auto here = at++;
    ThreadRecord& record = **here;
    if (!record.reaper.move(ThreadReaper::nobody, ThreadReaper::somebody)) continue;
    const bool over = os::try_join_native_thread(record.native);
    if (over) ended.splice(ended.end(), finished_, here);
    record.reaper.set(over ? ThreadReaper::done : ThreadReaper::nobody);
  }
}

std::vector<ThreadRegistry::Pointer> ThreadRegistry::alive() {
  static_cast<void>(main());
  const std::scoped_lock guard(mutex);
  return {alive_.begin(), alive_.end()};
}

std::size_t ThreadRegistry::alive_count() {
  static_cast<void>(main());
  const std::scoped_lock guard(mutex);
  return alive_.size();
}

bool ThreadRegistry::has_daemons() noexcept {
  const std::scoped_lock guard(mutex);
  return std::ranges::any_of(alive_, [](const Pointer& record) {
    return record->kind == ThreadKind::ours && record->daemon;
  });
}

ThreadRegistry::Pointer ThreadRegistry::main() {
  {
    const std::scoped_lock guard(mutex);
    if (main_) return main_;
  }
  auto record = std::make_shared<ThreadRecord>(ThreadKind::main, "MainThread", false);
  record->native_id = os::main_native_id();
  record->phase.set(ThreadPhase::running);
  record->reaper.set(ThreadReaper::done);
  List node{record};
  const std::scoped_lock guard(mutex);
  if (!main_) {
    record->place = node.begin();
    alive_.splice(alive_.begin(), node);
    main_ = record;
  }
  return main_;
}

ThreadRegistry::Pointer ThreadRegistry::next_to_join(const ThreadRecord* current) {
  const auto theirs = [current, this](const Pointer& record) {
    const ThreadRecord* last = record.get();
    // Who joins the main thread is let go at its end. Threads that join one another in a circle are
    // waited for, although in vain: hence the limit of steps.
    auto steps = current != nullptr && current->kind == ThreadKind::ours ? alive_.size() : 0;
    for (; last != current && last->waits_for != nullptr && steps > 0; --steps) {
      last = last->waits_for;
    }
    return last != current;
  };
  const std::scoped_lock guard(mutex);
  const auto living = std::ranges::find_if(alive_, [&](const Pointer& record) {
    return record->kind == ThreadKind::ours && !record->daemon && theirs(record);
  });
  if (living != alive_.end()) return *living;
  const auto over = std::ranges::find_if(finished_, [&](const Pointer& record) {
    return record->reaper.get() != ThreadReaper::done && theirs(record);
  });
  return over != finished_.end() ? *over : nullptr;
}

void ThreadRegistry::before_fork() { get().mutex.lock(); }

void ThreadRegistry::after_fork_in_parent() { get().mutex.unlock(); }

void ThreadRegistry::after_fork_in_child() {
  get().keep_only_the_caller();
  get().mutex.unlock();
}

void ThreadRegistry::keep_only_the_caller() noexcept {
  ThreadRecord* const caller = known_current_record();
  main_ = nullptr;
  vanished_.splice(vanished_.end(), finished_);
  for (auto at = alive_.begin(); at != alive_.end();) {
    const auto here = at++;
    if (here->get() == caller) {
      main_ = *here;
    } else {
      vanished_.splice(vanished_.end(), alive_, here);
    }
  }
  for (const Pointer& record : vanished_) {
    record->vanished = record->vanished || record->is_alive();
    record->runner = nullptr;
    record->phase.set(ThreadPhase::finished);
    record->reaper.set(ThreadReaper::done);
  }
  if (main_) {
    main_->native_id = os::main_native_id();
    main_->daemon = false;
    if (main_->kind == ThreadKind::foreign) main_->name = "MainThread";
    // The system's thread is the one of this process now: none to wait for.
    main_->reaper.set(ThreadReaper::done);
  }
}

}  // namespace hilo::detail
