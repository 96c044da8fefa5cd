// SPDX-License-Identifier: MIT
#include "heap/family.hpp"

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "heap/heap.hpp"
#include "heap/members.hpp"
#include "heap/objects.hpp"
#include "heap/section.hpp"
#include "heap/table.hpp"
#include "hilo/detail/family/object.hpp"
#include "hilo/detail/family/scope.hpp"
#include "os/birth.hpp"
#include "os/descriptor.hpp"
#include "os/liveness.hpp"
#include "os/memory_file.hpp"
#include "os/native_thread.hpp"
#include "os/self.hpp"

namespace hilo::detail::family {

constinit std::atomic<std::uint32_t> g_self = 0;

namespace {

/// The child that this thread's fork() will make, while it is on its way through fork().
constinit thread_local Nascent* t_forking = nullptr;

/// The member a forked child is when no record could be had for it: nobody.
constexpr std::uint32_t k_nobody = (1u << k_index_bits) | (k_index_mask - 1);

struct Invitation {
  int descriptor = -1;
  std::uint32_t id = 0;
};

/// Reads "descriptor:id", taken from the environment when the process was born.
Invitation take_invitation() {
  const char* text = os::family_entry();
  if (text == nullptr) return {};
  Invitation found;
  const char* const end = text + std::strlen(text);
  const auto [after, error] = std::from_chars(text, end, found.descriptor);
  if (error != std::errc() || after == end || *after != ':' ||
      std::from_chars(after + 1, end, found.id).ptr != end) {
    found = {};
  }
  return found;
}

bool accept(const Invitation& invitation) {
  if (os::adopt_memory_file(invitation.descriptor) < k_page) return false;
  g_segments.open(invitation.descriptor);
  return header().magic.load() == k_magic && claim_record(invitation.id);
}

void found() {
  os::UniqueDescriptor file(os::create_memory_file());
  os::reserve_memory_file(file.get(), 0, k_page);
  g_segments.open(file.get());
  header().lock.recover_silently(true);
  found_heap();
  header().magic.store(k_magic);
  found_members();  // the commit: this process is a member
  [[maybe_unused]] const int kept = file.release();
}

// The three steps around every fork of a member, ours or the program's own.

constinit thread_local bool t_fork_is_foreign = false;

void before_fork() {
  t_fork_is_foreign = t_forking == nullptr;
  if (t_fork_is_foreign) {
    try {
      t_forking = new Nascent;
    } catch (...) {
      t_forking = nullptr;
    }
  }
  lock_table();
  try {
    if (t_forking != nullptr) hold_all_for(t_forking->id());
  } catch (...) {
    if (t_fork_is_foreign) {
      delete std::exchange(t_forking, nullptr);
    } else {
      t_forking->refuse();
    }
  }
}

void after_fork_in_parent() {
  unlock_table();
  // Whether a fork of the program's own succeeded is not known here: its record waits for a claim.
  if (t_fork_is_foreign && t_forking != nullptr) {
    t_forking->started(0);
    delete std::exchange(t_forking, nullptr);
  }
}

void after_fork_in_child() {
  if (t_forking != nullptr) {
    t_forking->become_after_fork();
  } else if (joined()) {
    g_self.store(k_nobody);
  }
  if (t_fork_is_foreign) delete t_forking;
  t_forking = nullptr;
  unlock_table();
}

}  // namespace

void join() {
  if (joined()) return;
  static auto* const mutex = new std::mutex;
  const std::scoped_lock guard(*mutex);
  if (joined()) return;
  static bool hooked = false;
  if (!hooked) os::add_fork_hooks(before_fork, after_fork_in_parent, after_fork_in_child);
  hooked = true;
  const Invitation invitation = take_invitation();
  if (invitation.id == 0 || !accept(invitation)) found();
}

bool joined() noexcept { return g_self.load() != 0; }

int memory_descriptor() { return g_segments.descriptor(); }

Nascent::Nascent() {
  join();
  const Section section;
  id_ = reserve_record();
}

Nascent::~Nascent() {
  if (t_forking == this) t_forking = nullptr;
  if (id_ != 0) ended(id_);
}

void Nascent::inherit_all() { t_forking = this; }

void Nascent::started(int pid) noexcept {
  {
    // The child may have lived, died and been buried by now, and the record be another's.
    const Section section;
    Record& record = record_of(id_);
    if (record.identity.load() == identity_of(id_, k_nascent)) {
      record.since.store(os::boot_time());
      record.pid.store(pid);
    }
  }
  id_ = 0;
}

void Nascent::become_after_fork() noexcept {
  if (id_ == 0) return;
  if (refused_) os::leave(1);
  if (!claim_record(id_)) std::abort();  // the family gave this child up for lost
  id_ = 0;
}

void hold_for(std::uint64_t offset, std::uint32_t member) {
  const Section section;
  hold_known(offset, member);
}

void ended(std::uint32_t id) noexcept {
  const Section section;
  Record& record = record_of(id);
  const std::uint64_t identity = record.identity.load();
  if (id_in(identity) == id && state_in(identity) != k_free) bury(record);
}

std::string environment_entry(std::uint32_t id, int descriptor) {
  return std::string(os::k_family_entry) + '=' + std::to_string(descriptor) + ':' +
         std::to_string(id);
}

}  // namespace hilo::detail::family
