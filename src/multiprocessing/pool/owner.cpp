// SPDX-License-Identifier: MIT
#include "multiprocessing/pool/owner.hpp"

#include <cstring>
#include <utility>

#include "futures/forks.hpp"
#include "heap/loose.hpp"
#include "hilo/detail/family/handle.hpp"
#include "hilo/detail/family/in_flight.hpp"
#include "hilo/detail/queue/look.hpp"
#include "hilo/errors.hpp"
#include "multiprocessing/pool/error_travel.hpp"
#include "os/park.hpp"
#include "os/stream.hpp"
#include "threading/target_name.hpp"

namespace hilo::detail::pool {
namespace {

/// Up to this size a block's memory stays with the family, for the next.
constexpr std::uint64_t k_most_kept = std::uint64_t{4} << 20;

void free_message(family::Offset block, std::uint64_t size) noexcept {
  if (block == 0) return;
  if (size <= k_most_kept) {
    family::free_block_only(block);
  } else {
    family::release(block);
  }
}

}  // namespace

bool ProcessCrew::Owner::inert() const noexcept {
  return generation_ != futures::fork_generation();
}

void ProcessCrew::Owner::refuse_if_unusable(const Guard&) {
  if (error_) std::rethrow_exception(error_);
  if (shut_down_.load()) throw RuntimeError("hilo: no new tasks after shutdown or close");
}

// Returns: false if the call cannot be written; the job ends with that error.
bool ProcessCrew::Owner::pack(Entry& entry) noexcept {
  try {
    family::InFlight handles(board_);
    entry.message.clear();
    entry.message.head.set_transfer(&handles);
    entry.task->pack(entry.message);
    entry.message.head.set_transfer(nullptr);
    handles.commit();
    return true;
  } catch (...) {
    entry.message.head.set_transfer(nullptr);
    (void)entry.task->job().fail(std::current_exception());
    return false;
  }
}

Hand* ProcessCrew::Owner::idle_hand(const Guard&) noexcept {
  // The last one first: it may not sleep yet.
  for (std::size_t i = 0; i < hands_.size(); ++i) {
    const std::size_t at = (last_used_ + i) % hands_.size();
    Hand& hand = *hands_[at];
    if (!hand.process || hand.dismissed || hand.count() != 0) continue;
    last_used_ = at;
    return &hand;
  }
  return nullptr;
}

Hand* ProcessCrew::Owner::hand_with_room(const Guard&) noexcept {
  Hand* best = nullptr;
  for (const auto& hand : hands_) {
    if (!hand->process || hand->dismissed || hand->count() == Lane::k_slots) continue;
    if (best == nullptr || hand->count() < best->count()) best = hand.get();
  }
  return best;
}

// It is to be woken then. Throws: std::system_error if there is no memory.
void ProcessCrew::Owner::give(const Guard&, Hand& hand, Entry& entry, bool direct) {
  Slot& slot = hand.slot(hand.tail);
  Hand::Given& given = hand.given_at(hand.tail);
  const std::size_t size = entry.message.size();
  family::Offset block = 0;
  if (size > Slot::k_room) block = family::allocate(size);
  entry.message.copy_to(block == 0 ? slot.room : family::g_segments.resolve(block));
  given = {entry.task, block, size, Deadline::now()};
  slot.block = block;
  slot.size = size;
  slot.direct = direct ? 1 : 0;
  slot.tag = ++tags_;
  slot.made.store(0, std::memory_order_relaxed);
  // release: the call stands before. The fence of the fetch_add stands before the look at who
  // sleeps.
  slot.state.store(k_posted, std::memory_order_release);
  ++hand.tail;
  if ((hand.lane->word.fetch_add(Lane::k_one_post) & Lane::k_asleep) != 0) hand.to_wake = true;
}

// Once for all that they were given: a worker can be done with one task before the next is there,
// and would go back to sleep each time.
void ProcessCrew::Owner::wake_given(const Guard&) noexcept {
  for (const auto& hand : hands_) {
    if (std::exchange(hand->to_wake, false)) hand->wake();
  }
}

// Gives the task to a worker that is idle, or has room behind what it is at.
// Returns: false if there is none.
bool ProcessCrew::Owner::place(const Guard& guard, Entry& entry) {
  Hand* hand = idle_hand(guard);
  if (hand == nullptr) hand = hand_with_room(guard);
  if (hand == nullptr) return false;
  if (!entry.task->job().claim()) {  // cancelled meanwhile
    entry.task->job().drop();
    return true;
  }
  give_or_fail(guard, *hand, entry);
  return true;
}

void ProcessCrew::Owner::give_or_fail(const Guard& guard, Hand& hand, Entry& entry) noexcept {
  try {
    give(guard, hand, entry, false);
  } catch (...) {
    (void)entry.task->job().fail(std::current_exception());
    entry.task->job().drop();
  }
}

void ProcessCrew::Owner::limit(RemoteTask& task) const {
  if (task.attempts() == nullptr) task.set_attempts(futures::make_attempts(options_.limits));
}

void ProcessCrew::Owner::submit(RemoteTask& task) {
  Entry entry{&task, {}};
  bool rings = false;
  {
    const Guard guard(mutex_);
    refuse_if_unusable(guard);
  }
  if (!pack(entry)) return;
  {
    const Guard guard(mutex_);
    refuse_if_unusable(guard);
    task.job().hold();
    if (!line_.empty() || !place(guard, entry)) line_.push_back(std::move(entry));
    wake_given(guard);
    // The keeper sees to its limit, and to more workers.
    rings = task.attempts() != nullptr || is_short(guard);
  }
  if (rings) ring();
}

void ProcessCrew::Owner::run(RemoteTask& task) {
  thread_local Entry entry;  // whose memory is used again
  entry.task = &task;
  Hand* hand = nullptr;
  std::uint32_t number = 0;
  {
    Guard guard(mutex_);
    refuse_if_unusable(guard);
    guard.unlock();
    if (!pack(entry)) return;
    guard.lock();
    refuse_if_unusable(guard);
    task.job().hold();
    if (line_.empty()) hand = idle_hand(guard);
    if (hand == nullptr) {
      line_.push_back(std::move(entry));
      entry = {};
      refill(guard);
      if (is_short(guard)) ring();
    } else {
      (void)task.job().claim();
      number = hand->tail;
      try {
        give(guard, *hand, entry, true);
      } catch (...) {
        task.job().drop();
        throw;
      }
      wake_given(guard);
    }
  }
  futures::Job& job = task.job();
  if (hand != nullptr) {
    Slot& slot = hand->slot(number);
    const auto taken = [&] { return hand->head.load() - number - 1 < 0x8000'0000U; };
    const auto state = [&] { return slot.state.load(std::memory_order_acquire); };
    while (!job.done() && !taken()) {
      const auto over = [&] { return (state() & ~k_waited) == k_done || taken(); };
      if (!over()) (void)queue::look_if_it_helps(vain_looks_, over);
      std::uint32_t seen = state();
      if ((seen & ~k_waited) == k_done) {
        Outcomes outcomes;
        {
          const Guard guard(mutex_);
          (void)collect(guard, *hand, outcomes);
          refill(guard);
          rebalance(guard);
        }
        settle(outcomes);
        continue;
      }
      if (taken() || ((seen & ~k_waited) != k_posted && (seen & ~k_waited) != k_running)) continue;
      if ((seen & k_waited) == 0 && !slot.state.compare_exchange_strong(seen, seen | k_waited)) {
        continue;
      }
      // Whoever finds the worker dead wakes this too.
      os::park(slot.state, seen | k_waited, Deadline::never(), os::ParkScope::shared);
    }
  }
  (void)job.wait(Deadline::never());
}

// Takes out what has come back. Returns: whether there was anything.
bool ProcessCrew::Owner::collect(const Guard&, Hand& hand, Outcomes& outcomes) {
  const std::uint32_t first = hand.head.load(std::memory_order_relaxed);
  std::uint32_t head = first;
  for (; head != hand.tail; ++head) {
    Slot& slot = hand.slot(head);
    // acquire: the result was written before.
    if ((slot.state.load(std::memory_order_acquire) & ~k_waited) != k_done) break;
    Hand::Given& given = hand.given_at(head);
    free_message(given.block, given.size);
    if (RemoteTask* const task = std::exchange(given.task, nullptr)) {
      Outcome& outcome = outcomes.emplace_back();
      outcome.task = task;
      outcome.is_error = slot.is_error != 0;
      ++(outcome.is_error ? hand.failed : hand.done);
      outcome.block = slot.block;
      outcome.size = slot.size;
      outcome.worker = hand.identity;
      if (slot.block == 0) std::memcpy(outcome.room.data(), slot.room, slot.size);
    } else {
      free_message(slot.block, slot.size);
    }
    slot.state.store(k_free, std::memory_order_relaxed);
    hand.head.store(head + 1);
  }
  if (head != first) hand.came_back = Deadline::now();
  if (!hand.dismissed && hand.lane->standing.load() == std::uint32_t(Standing::retired)) {
    hand.dismissed = true;
    ring();  // the keeper sees to it that it goes
  }
  return head != first;
}

void ProcessCrew::Owner::refill(const Guard& guard) {
  while (!line_.empty() && place(guard, line_.front())) line_.pop_front();
  wake_given(guard);
}

void ProcessCrew::Owner::settle(Outcomes& outcomes) noexcept {
  for (Outcome& outcome : outcomes) settle(outcome);
  outcomes.clear();
}

void ProcessCrew::Owner::settle(Outcome& outcome) noexcept {
  try {
    read(outcome);
  } catch (...) {
    end_with_error(*outcome.task, std::current_exception());
  }
  free_message(outcome.block, outcome.size);
  outcome.task->job().drop();
}

// Throws: what the task threw; what reading the result throws.
void ProcessCrew::Owner::read(Outcome& outcome) {
  const std::byte* const bytes =
      outcome.block == 0 ? outcome.room.data() : family::g_segments.resolve(outcome.block);
  marshal::Reader in({bytes, outcome.size});
  if (outcome.is_error) {
    std::rethrow_exception(read_exception(in, outcome.worker->name, outcome.worker->pid,
                                          target_name(outcome.task->named_after())));
  }
  family::Arrival arrival(board_);
  in.set_receiver(&arrival);
  outcome.task->accept(in);
  (void)outcome.task->job().finish();
}

void ProcessCrew::Owner::end_with_error(RemoteTask& task, std::exception_ptr error) noexcept {
  bool again = false;
  try {
    again = task.attempts() != nullptr && task.attempts()->again_after(error);
  } catch (...) {  // the program's own retry_if
  }
  if (again && task.job().try_again()) {
    requeue(task);
  } else {
    (void)task.job().fail(std::move(error));
  }
}

// To the front of the line, with bytes of its own.
void ProcessCrew::Owner::requeue(RemoteTask& task) noexcept {
  try {
    Entry entry{&task, {}};
    if (!pack(entry)) return;
    Guard guard(mutex_);
    if (error_ || terminated_) {
      const std::exception_ptr error = error_;
      guard.unlock();  // who waits for the job may call this pool
      (void)(error ? task.job().fail(error) : task.job().give_up());
      return;
    }
    task.job().hold();
    line_.push_front(std::move(entry));
    refill(guard);
    if (is_short(guard)) ring();
  } catch (...) {
    (void)task.job().fail(std::current_exception());
  }
}

// Returns: the task in this slot, if somebody wants it and its worker has not begun it; it will not
// now.
RemoteTask* ProcessCrew::Owner::take_back(const Guard&, Hand& hand, std::uint32_t number) noexcept {
  RemoteTask*& task = hand.given_at(number).task;
  std::uint32_t posted = k_posted;
  if (task == nullptr || !hand.slot(number).state.compare_exchange_strong(posted, k_revoked)) {
    return nullptr;
  }
  return std::exchange(task, nullptr);
}

bool ProcessCrew::Owner::cancel(RemoteTask& task) noexcept {
  if (inert() || !task.job().give_up()) return task.job().phase() == futures::Phase::cancelled;
  Guard guard(mutex_);
  for (const auto& hand : hands_) {
    for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
      if (hand->given_at(at).task != &task) continue;
      hand->given_at(at).task = nullptr;
      std::uint32_t posted = k_posted;
      const bool begun = !hand->slot(at).state.compare_exchange_strong(posted, k_revoked);
      if (begun && (posted & ~k_waited) == k_running) dismiss(guard, *hand);
      guard.unlock();
      task.job().drop();
      if (begun) ring();
      return true;
    }
  }
  return true;
}

void ProcessCrew::Owner::ring() noexcept {
  // seq_cst, as below: the keeper says that it sleeps, then looks whether it was rung for.
  rung_.store(true);
  if (board().keeper_sleeps.exchange(0) == 0) return;
  try {
    std::size_t sent = 0;
    const std::array<std::byte, 1> word{};
    (void)os::send(bell_rope_->fileno(), {}, word, Deadline::never(), sent);
  } catch (...) {  // its descriptors were closed: the keeper finds out too
  }
}

}  // namespace hilo::detail::pool
