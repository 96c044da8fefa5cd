// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "threading/thread_record.hpp"

namespace hilo::detail {

/// All threads that this process knows. Never destroyed: threads may end after the last static
/// destructor.
class ThreadRegistry {
 public:
  using Pointer = std::shared_ptr<ThreadRecord>;

  static ThreadRegistry& get();

  void add(const Pointer& record);
  /// Undoes add(): the thread did not come to life.
  void remove(ThreadRecord& record) noexcept;
  /// run() is over; the record stays until somebody has waited for the thread.
  void finish(ThreadRecord& record) noexcept;
  /// Somebody has waited for a thread that had finished.
  void forget(ThreadRecord& record) noexcept;
  /// Waits for those that have ended and that nobody joined, so that they do not pile up.
  void sweep() noexcept;

  [[nodiscard]] std::vector<Pointer> alive();
  [[nodiscard]] std::size_t alive_count();
  [[nodiscard]] bool has_daemons() noexcept;
  /// The main thread's record, made if there is none.
  [[nodiscard]] Pointer main();
  /// One that the program's end must still wait for, or null. Never `current`, nor one that itself
  /// waits for it.
  [[nodiscard]] Pointer next_to_join(const ThreadRecord* current);

  /// Guards the lists, and every record's name and `waits_for`; nothing of the user's is called
  /// while it is held.
  std::mutex mutex;

 private:
  using List = std::list<Pointer>;

  ThreadRegistry();
  static void before_fork();
  static void after_fork_in_parent();
  static void after_fork_in_child();
  void keep_only_the_caller() noexcept;

  List alive_;
  List finished_;
  List vanished_;  // in a forked child: what their threads held stays untouched for ever
  Pointer main_;
};

}  // namespace hilo::detail
