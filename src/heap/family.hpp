// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "hilo/detail/export.hpp"

/// The family: a program and all the processes it starts. They share one memory file; each member
/// has a record in it (docs/design/family.md).
namespace hilo::detail::family {

/// Makes the caller a member: maps the memory it was started with, or creates it. Cheap when done.
/// Throws: std::system_error if the system refuses the memory.
void join();

/// Whether this process is a member already.
[[nodiscard]] bool joined() noexcept;

/// The descriptor of the family's memory; it must reach a spawned child.
/// Throws: std::system_error if the program has closed it.
[[nodiscard]] int memory_descriptor();

/// A member to be: the record of a child between the decision to start it and its first own step.
/// The record holds handles on the child's behalf from the start, so nothing that travels to it can
/// vanish on the way. Destroyed without `started`, it gives everything back.
class Nascent {
 public:
  /// Reserves a record. Joins the family first. Throws: std::system_error, std::bad_alloc.
  Nascent();
  /// A record that another member reserved, for a child that is forked here on its behalf.
  explicit Nascent(std::uint32_t reserved) noexcept : id_(reserved) {}
  ~Nascent();
  Nascent(const Nascent&) = delete;
  Nascent& operator=(const Nascent&) = delete;

  /// The record's id: what join_as() of the child names.
  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }

  /// The child of a fork inherits every handle of its parent: call before fork().
  void inherit_all();

  /// Parent, after a start that worked: the record belongs to process `pid` from now on.
  void started(int pid) noexcept;

  /// What becomes of the record is the other member's business again.
  void release() noexcept { id_ = 0; }

  /// For want of memory the child cannot hold what its parent holds: it ends at once, with no step
  /// of its own.
  void refuse() noexcept { refused_ = true; }
  [[nodiscard]] bool refused() const noexcept { return refused_; }

  /// Child, right after a fork: this process is member `id()` now. Async-signal-safe.
  void become_after_fork() noexcept;

 private:
  std::uint32_t id_ = 0;
  bool refused_ = false;
};

/// The object at `offset`, which this process holds, is held for `member` too from now on.
/// Throws: std::system_error.
void hold_for(std::uint64_t offset, std::uint32_t member);

/// Parent: the child with record `id` has ended and was reaped; what it held comes back now.
void ended(std::uint32_t id) noexcept;

/// What a spawned child needs to find its family, for its environment: "HILO_FAMILY=...".
/// `descriptor` is the number under which the memory's descriptor arrives in the child.
[[nodiscard]] std::string environment_entry(std::uint32_t id, int descriptor);

}  // namespace hilo::detail::family
