// SPDX-License-Identifier: MIT
#include "heap/members.hpp"

#include <cerrno>
#include <system_error>

#include "heap/heap.hpp"
#include "heap/objects.hpp"
#include "hilo/detail/family/scope.hpp"
#include "os/thread.hpp"

namespace hilo::detail::family {
namespace {

constexpr std::int64_t k_second = 1'000'000'000;
/// How long a child may take until it says that it lives, if its creator died before it could say
/// which process that is.
constexpr std::int64_t k_nascent_grace = 60 * k_second;
/// The same if nobody knows whether its fork succeeded: such a child says so at once.
constexpr std::int64_t k_fork_grace = 10 * k_second;

struct Place {
  int table;
  std::uint32_t index;
};

constexpr std::uint32_t table_size(int table) noexcept {
  return 1u << (table == 0 ? k_first_table_bits : k_first_table_bits + table - 1);
}

constexpr Place place_of(std::uint32_t index) noexcept {
  const int table = static_cast<int>(std::bit_width(index >> k_first_table_bits));
  return {table, table == 0 ? index : index - table_size(table)};
}

Record* find_record(std::uint32_t index) {
  const Place place = place_of(index);
  const Offset table = header().record_tables[static_cast<std::size_t>(place.table)].load();
  return table == 0 ? nullptr : g_segments.as<Record>(table) + place.index;
}

std::uint32_t capacity() {
  std::uint32_t records = 0;
  for (int table = 0; table < k_record_tables; ++table) {
    if (header().record_tables[static_cast<std::size_t>(table)].load() == 0) break;
    records += table_size(table);
  }
  return records < k_max_members ? records : k_max_members;
}

void reserve(Record& record, std::uint32_t index, std::uint32_t creator) {
  const std::uint32_t before = id_in(record.identity.load());
  if (before == 0) os::make_liveness(record.liveness);
  std::uint32_t generation = (before >> k_index_bits) + 1;
  if (generation > k_max_generation) generation = 1;
  record.pid.store(0);
  record.creator.store(creator);
  record.since.store(os::boot_time());
  record.identity.store(identity_of((generation << k_index_bits) | index, k_nascent));
}

/// Whether an alive record's process has ended.
bool process_ended(Record& record) noexcept {
  if (os::look_at_liveness(record.liveness) == os::LivenessState::held) return false;
  // If the thread that held the mark ended by itself, its process may go on with others.
  return record.thread_ended.load() == 0 ||
         !os::process_lives(record.pid.load(), record.since.load());
}

/// Whether a nascent record's process has ended before it could claim the record, or never was.
bool nascent_is_lost(const Record& record) noexcept {
  // The process id before the time: whoever writes them does it the other way round, so the process
  // did not start after the time that is read.
  const std::int32_t pid = record.pid.load();
  const std::int64_t since = record.since.load();
  if (pid > 0) return !os::process_lives(pid, since);
  const std::int64_t age = os::boot_time() - since;
  if (pid == k_pid_unknown) return age > k_fork_grace;
  return age > k_nascent_grace && member_died(record.creator.load());
}

bool look(Record& record, std::uint32_t id) noexcept {
  for (std::uint64_t seen = record.identity.load();;) {
    if (id_in(seen) != id) return true;
    const RecordState state = state_in(seen);
    if (state != k_alive && state != k_nascent) return true;
    if (!(state == k_alive ? process_ended(record) : nascent_is_lost(record))) return false;
    // If it became alive meanwhile, what was found does not hold for it.
    if (record.identity.compare_exchange_strong(seen, identity_of(id, k_dead))) return true;
  }
}

void add_table(int table) {
  const Offset place = allocate(sizeof(Record) * table_size(table) + alignof(Record), Zeroed::yes);
  // It belongs to the family for good, not to the member that happened to make it.
  make_permanent(place);
  header().record_tables[static_cast<std::size_t>(table)].store((place + 63) & ~Offset{63});
}

}  // namespace

Record& record_of(std::uint32_t id) { return *find_record(id & k_index_mask); }

bool member_died(std::uint32_t id) noexcept {
  if ((id & k_index_mask) == k_index_mask) return true;  // sync::k_owner_died among them
  Record* record = find_record(id & k_index_mask);
  return record == nullptr || look(*record, id);
}

void found_members() {
  header().record_tables[0].store(k_first_table);
  Record& record = record_of(0);
  reserve(record, 0, 0);
  (void)claim_record(id_in(record.identity.load()));
}

bool claim_record(std::uint32_t id) noexcept {
  Record* record = find_record(id & k_index_mask);
  std::uint64_t nascent = identity_of(id, k_nascent);
  if (record == nullptr || record->identity.load() != nascent) return false;
  record->since.store(os::boot_time());
  record->pid.store(os::process_id());
  // Somebody may be looking at the mark of the member before.
  while (!os::hold_liveness(record->liveness, record->thread_ended)) {
    if (record->identity.load() != nascent) return false;
  }
  if (!record->identity.compare_exchange_strong(nascent, identity_of(id, k_alive))) return false;
  g_self.store(id);
  return true;
}

std::uint32_t reserve_record() {
  reap_dead_members();
  for (;;) {
    const std::uint32_t all = capacity();
    const std::uint32_t start = header().next_index.load();
    for (std::uint32_t step = 0; step < all; ++step) {
      const std::uint32_t index = (start + step) % all;
      Record& record = *find_record(index);
      if (state_in(record.identity.load()) != k_free) continue;
      // The longest free first, so that an id comes back as late as possible.
      header().next_index.store((index + 1) % all);
      reserve(record, index, g_self.load());
      return id_in(record.identity.load());
    }
    if (all == k_max_members) {
      throw std::system_error(EAGAIN, std::generic_category(),
                              "hilo: a family has at most 8191 processes at a time");
    }
    add_table(place_of(all).table);
  }
}

void reap_dead_members() {
  const std::uint32_t all = capacity();
  for (std::uint32_t index = 0; index < all; ++index) {
    Record& record = *find_record(index);
    const std::uint64_t identity = record.identity.load();
    if (state_in(identity) != k_free && look(record, id_in(identity))) bury(record);
  }
}

void bury(Record& record) {
  const std::uint32_t id = id_in(record.identity.load());
  record.identity.store(identity_of(id, k_dead));
  give_back_all_of(id);
  record.identity.store(identity_of(id, k_free));
}

std::uint32_t count_members() {
  std::uint32_t count = 0;
  const std::uint32_t all = capacity();
  for (std::uint32_t index = 0; index < all; ++index) {
    if (state_in(find_record(index)->identity.load()) != k_free) ++count;
  }
  return count;
}

}  // namespace hilo::detail::family
