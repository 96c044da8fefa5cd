// SPDX-License-Identifier: MIT
// Of a JoinableQueue: which items are worked off, and which were lost with who got them.
#include "hilo/errors.hpp"
#include "multiprocessing/byte_queue.hpp"

namespace hilo::detail::family {
namespace {

// A taker's word: how many items its process has got and not done | a step under way | the count
// that the step moves on, as far as it fits.
constexpr std::uint64_t k_one_item = std::uint64_t{1} << 32;
constexpr std::uint64_t k_taking = std::uint64_t{1} << 30;
constexpr std::uint64_t k_finishing = std::uint64_t{2} << 30;
constexpr std::uint64_t k_steps = k_taking | k_finishing;
constexpr std::uint64_t k_count = k_taking - 1;

}  // namespace

/// How many items the taker had when it was killed, if need be in the midst of a step: that was
/// done if the count has moved.
std::uint64_t ByteQueue::items_of(const Taker& taker) const noexcept {
  const std::uint64_t word = taker.word.load();
  const auto moved = [word](std::uint64_t count) { return ((count ^ word) & k_count) != 0; };
  std::uint64_t items = word >> 32;
  if ((word & k_taking) != 0 && moved(front_.count())) ++items;
  if ((word & k_finishing) != 0 && moved(done_.load())) --items;
  return items;
}

/// This process's, if it has one. Under the front's lock.
ByteQueue::Taker* ByteQueue::find_taker() {
  const std::uint32_t self = FamilyScope::self();
  return takers_.find([self](const Taker& taker, std::uint32_t) { return taker.owner == self; });
}

ByteQueue::Taker& ByteQueue::make_taker() {
  for (;;) {
    // What a dead one has had is what join() does not wait for, so its place stays, unless that is
    // nothing.
    Taker* const unused = takers_.find([this](const Taker& taker, std::uint32_t) {
      const std::uint32_t owner = taker.owner;
      return owner == 0 || (items_of(taker) == 0 && FamilyScope::died(owner));
    });
    if (unused != nullptr) {
      unused->word.store(0);
      unused->owner.store(FamilyScope::self());
      return *unused;
    }
    takers_.grow(this);
  }
}

/// As read(), and writes down that this process has the item.
void ByteQueue::take(Received& item) {
  Taker* const found = find_taker();
  Taker& taker = found != nullptr ? *found : make_taker();
  const std::uint64_t step = k_taking | (front_.count() & k_count);
  taker.word.fetch_add(step);
  try {
    read(item);
  } catch (...) {  // its memory cannot be seen from here
    taker.word.fetch_sub(step);
    throw;
  }
  taker.word.fetch_add(k_one_item - step);
}

/// Completes the step in which the last holder of the front's lock was killed.
void ByteQueue::mend_takers() noexcept {
  takers_.find([this](Taker& taker, std::uint32_t) {
    if ((taker.word.load() & k_steps) != 0) taker.word.store(items_of(taker) * k_one_item);
    return false;
  });
}

void ByteQueue::task_done() {
  bool all = false;
  {
    const Hold hold(*this, front_, Deadline::never());
    const std::uint64_t done = done_.load();
    if (done == back_.count()) throw ValueError("hilo: task_done was called too many times");
    Taker* const taker = find_taker();
    const bool mine = taker != nullptr && taker->word.load() >= k_one_item;  // or another's item
    const std::uint64_t step = k_finishing | (done & k_count);
    if (mine) taker->word.fetch_add(step);
    done_.store(done + 1);
    if (mine) taker->word.fetch_sub(k_one_item + step);
    all = done + 1 == back_.count();
  }
  // Each side stores before it looks at what the other stores: all of it is seq_cst.
  if (all) Bell(done_bell_).ring(os::k_everybody);
}

void ByteQueue::finish_dropped() {
  if (joinable_ == 0) return;
  try {
    task_done();
  } catch (const ValueError&) {  // somebody has said that of more than there was
  }
}

bool ByteQueue::none_unfinished() {
  // In this order: what is done and lost by now is at most what was put until later.
  const std::uint64_t done = done_.load();
  if (done == back_.count()) return true;
  std::uint64_t lost = 0;
  takers_.find([&](const Taker& taker, std::uint32_t) {
    const std::uint32_t owner = taker.owner;
    if (owner != 0 && FamilyScope::died(owner)) lost += items_of(taker);
    return false;
  });
  return done + lost >= back_.count();
}

bool ByteQueue::join(Deadline deadline) {
  sync::Sleeper<FamilyScope> sleeper("Queue.join");
  for (bool out_of_time = deadline.passed();;) {
    const std::uint32_t heard = Bell(done_bell_).listen();
    if (none_unfinished()) return true;
    if (out_of_time) return false;
    out_of_time = sleeper.sleep(done_bell_, heard, deadline) == sync::Slept::timed_out;
  }
}

}  // namespace hilo::detail::family
