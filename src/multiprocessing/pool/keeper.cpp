// SPDX-License-Identifier: MIT
// The keeper: a thread that takes results, and sees to it that what takes too long ends.
#include <algorithm>
#include <chrono>
#include <utility>

#include "futures/current_crew.hpp"
#include "heap/loose.hpp"
#include "hilo/detail/queue/look.hpp"
#include "hilo/errors.hpp"
#include "multiprocessing/pool/owner.hpp"
#include "os/park.hpp"
#include "os/self.hpp"
#include "os/stream.hpp"
#include "threading/daemon.hpp"

namespace hilo::detail::pool {
namespace {

constexpr std::int64_t k_grace = 1'000'000'000;  ///< from SIGTERM to SIGKILL
constexpr std::int64_t k_long = 20'000'000;      ///< for a task that could be begun at once
constexpr std::int64_t k_deaf = 50'000'000;      ///< where nobody reads the standard error
constexpr std::int64_t k_nap = 1'000'000;        ///< where a worker has no sentinel

}  // namespace

// Clears the flag for the worker, so that what is posted before that wakes costs no call.
void Hand::wake() const noexcept {
  lane->word.fetch_and(~Lane::k_asleep, std::memory_order_relaxed);
  os::unpark(lane->word, 1, os::ParkScope::shared);
}

void ProcessCrew::Owner::keep() {
  futures::set_current_crew(this, nullptr);
  bool ending = false;
  for (;;) {
    if (look()) continue;
    // It looks a while before it sleeps.
    if (queue::look_if_it_helps(keepers_vain_looks_, [this] {
          for (const auto& hand : hands_) {
            const std::uint32_t head = hand->head.load(std::memory_order_relaxed);
            if ((hand->slot(head).state.load(std::memory_order_acquire) & ~k_waited) == k_done &&
                hand->slot(head).direct == 0) {
              return true;
            }
          }
          return false;
        })) {
      continue;
    }
    rung_.store(false);
    // Workers are daemons: a static pool's tasks do not outlive main().
    // Once: it rings, and a keeper that is rung for does not look who has ended.
    if (!ending && program_is_ending()) {
      ending = true;
      terminate();
    }
    Deadline deadline = mend();
    {
      const Guard guard(mutex_);
      rebalance(guard);
    }
    if (shut_down_.load()) {
      const Guard guard(mutex_);
      dismiss_idle(guard);
    }
    if (is_over()) return;
    deadline = check_memory(send_idle_home(check_limits(deadline)));
    // seq_cst: says that it sleeps, then looks; workers hand over, then look whether it sleeps.
    board().keeper_sleeps.store(1);
    if (rung_.load() || look()) {
      board().keeper_sleeps.store(0);
      continue;
    }
    sleep(deadline);
  }
}

// Returns: whether something had come back; also what nobody waits for, whose worker may be idle
// now.
bool ProcessCrew::Owner::look() {
  thread_local Outcomes outcomes;
  bool any = false;
  {
    const Guard guard(mutex_);
    any = note_ready(guard);
    for (const auto& hand : hands_) {
      if (collect(guard, *hand, outcomes)) any = true;
    }
    refill(guard);
  }
  settle(outcomes);
  return any;
}

void ProcessCrew::Owner::sleep(Deadline deadline) {
  std::vector<os::PollEntry> entries = {{bell_->fileno()}};
  std::vector<Hand*> watched;
  std::vector<Hand*> heard;
  for (const auto& hand : hands_) {
    if (!hand->process) continue;
    try {
      entries.push_back({hand->process->sentinel()});
      watched.push_back(hand.get());
    } catch (const std::system_error&) {
      hand->looked_for = true;
      deadline = deadline.sooner(k_nap);
    }
  }
  const bool hears = os::error_has_room();
  for (const auto& hand : hands_) {
    if (!hand->error) continue;
    if (!hears) {
      deadline = deadline.sooner(k_deaf);
      break;
    }
    entries.push_back({hand->error->fileno()});
    heard.push_back(hand.get());
  }
  try {
    (void)os::wait_readable(entries, deadline);
  } catch (const std::system_error&) {
    // The program has closed what is not its own; the next turn asks for new sentinels.
    for (Hand* const hand : watched) hand->looked_for = true;
  }
  for (std::size_t i = 0; i < watched.size(); ++i) {
    if (entries[i + 1].ready) watched[i]->looked_for = true;
  }
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (entries[watched.size() + 1 + i].ready) hear(*heard[i]);
  }
  board().keeper_sleeps.store(0);
  std::array<std::byte, 64> rings;
  if (entries[0].ready) {
    while (os::receive(bell_->fileno(), rings, true, Deadline::poll()).value_or(0) > 0) {
    }
  }
}

// Passes on what the worker has written to its standard error, and remembers the end of it. It does
// not wait for who reads that, nor does it stay with one that writes without end.
void ProcessCrew::Owner::hear(Hand& hand) noexcept {
  constexpr std::size_t k_remembered = 1024;
  constexpr int k_turns = 100;  // more than stands there behind a dead one
  std::array<std::byte, 4096> room;
  try {
    for (int turn = 0; hand.error && turn < k_turns; ++turn) {
      const bool has_room = os::error_has_room();
      if (!has_room && hand.process->is_alive()) return;  // it waits, not the pool
      const auto size = os::receive(hand.error->fileno(), room, true, Deadline::poll());
      if (!size) return;
      if (*size == 0) return hand.error.reset();  // nobody is left to write
      const std::string_view text(reinterpret_cast<const char*>(room.data()),
                                  std::min(*size, room.size()));
      if (has_room) os::write_error(text);
      hand.last_words.append(text);
      if (hand.last_words.size() > k_remembered) {
        hand.last_words.erase(0, hand.last_words.size() - k_remembered);
      }
    }
  } catch (const std::system_error&) {  // the program has closed what is not its own
    hand.error.reset();
  }
}

// The one with the most that it has not begun. What stands alone is about to be begun, but not if
// it stands there for long: a worker can be stopped.
Hand* ProcessCrew::Owner::overloaded_hand(const Guard&) noexcept {
  Hand* most = nullptr;
  std::uint32_t most_count = 0;
  const std::int64_t now = Deadline::now();
  for (const auto& hand : hands_) {
    std::uint32_t count = 0;
    for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
      const Hand::Given& given = hand->given_at(at);
      const bool waits = given.task != nullptr && hand->slot(at).state.load() == k_posted;
      if (waits && (at != hand->head.load() || now - given.at > k_long)) ++count;
    }
    if (count > most_count) {
      most = hand.get();
      most_count = count;
    }
  }
  return most;
}

// What stands behind another task goes to who is idle.
void ProcessCrew::Owner::rebalance(const Guard& guard) {
  while (line_.empty()) {
    Hand* const idle = idle_hand(guard);
    if (idle == nullptr) return;
    Hand* const longest = overloaded_hand(guard);
    if (longest == nullptr) return;
    bool moved = false;
    for (std::uint32_t left = longest->count(); left > 0 && !moved; --left) {
      const std::uint32_t at = longest->head.load() + left - 1;
      RemoteTask* const task = take_back(guard, *longest, at);
      if (task == nullptr) continue;
      const Hand::Given& given = longest->given_at(at);
      const Slot& from = longest->slot(at);
      const std::byte* const bytes =
          given.block == 0 ? from.room : family::g_segments.resolve(given.block);
      Entry entry{task, {}};
      entry.message.lend({bytes, given.size});
      give_or_fail(guard, *idle, entry);
      moved = true;
    }
    wake_given(guard);
    if (!moved) return;
  }
}

// Ends what has taken too long, and who did not end when asked. Returns: when to look again, or
// `next` if that is sooner.
Deadline ProcessCrew::Owner::check_limits(Deadline next) {
  std::vector<RemoteTask*> late;
  std::vector<RemoteTask*> stuck;
  {
    const Guard guard(mutex_);
    const std::int64_t now = Deadline::now();
    for (const auto& hand : hands_) {
      if (!hand->process) continue;
      if (hand->kill_at != 0) {
        if (now >= hand->kill_at) {
          hand->process->kill();
        } else {
          next = next.sooner(hand->kill_at - now);
        }
      } else if (hand->dismissed) {  // it goes by itself, if nobody has stopped it
        hand->stopped_watch->end_if_stopped();
        next = next.sooner(k_grace);
      }
      if (hand->count() == 0) continue;
      // The first that somebody wants; before it there may be what was taken back.
      std::uint32_t head = hand->head.load(std::memory_order_relaxed);
      while (head != hand->tail && hand->given_at(head).task == nullptr) ++head;
      if (head == hand->tail) continue;
      Hand::Given& given = hand->given_at(head);
      const bool waits = hand->slot(head).state.load() == k_posted;
      if (waits && hands_.size() > 1) next = next.sooner(k_long);  // another may be idle then
      if (given.task->attempts() == nullptr) continue;
      const auto& timeout = given.task->attempts()->options().timeout;
      if (!timeout) continue;
      const Slot& slot = hand->slot(head);
      if ((slot.state.load(std::memory_order_acquire) & ~k_waited) != k_running) {
        // A worker that does not even begin it in that time will not; but the shortest limit is no
        // reason to doubt one that has just been given something.
        const std::int64_t patience = std::max<std::int64_t>(timeout->count(), k_grace);
        const std::int64_t waited = now - std::max(given.at, hand->came_back);
        const bool ready = hand->lane->standing.load() == std::uint32_t(Standing::ready);
        RemoteTask* const task =
            waited > patience && ready ? take_back(guard, *hand, head) : nullptr;
        if (task != nullptr) {
          stuck.push_back(task);
          dismiss(guard, *hand);
          next = next.sooner(k_grace);
        } else {
          next = next.sooner(std::max<std::int64_t>(timeout->count(), k_nap));
        }
        continue;
      }
      const std::int64_t left = slot.begun.load(std::memory_order_relaxed) + timeout->count() - now;
      if (left > 0) {
        next = next.sooner(left);
        continue;
      }
      late.push_back(std::exchange(given.task, nullptr));
      dismiss(guard, *hand);
      next = next.sooner(k_grace);
    }
  }
  for (RemoteTask* const task : late) {
    end_with_error(*task, std::make_exception_ptr(
                              TimeoutError("hilo: the task took longer than its timeout")));
    task->job().drop();
  }
  for (RemoteTask* const task : stuck) {
    if (task->job().try_again()) requeue(*task);
    task->job().drop();
  }
  return next;
}

void ProcessCrew::Owner::dismiss(const Guard&, Hand& hand, Ending ending) noexcept {
  if (!hand.process || (hand.kill_at != 0 && ending == Ending::asked)) return;
  hand.dismissed = true;
  hand.kill_at = Deadline::now() + (ending == Ending::asked ? k_grace : 0);
  try {
    ending == Ending::asked ? hand.process->terminate() : hand.process->kill();
  } catch (...) {  // it will be killed
  }
}

// Workers with nothing to do are told that there will be nothing more.
void ProcessCrew::Owner::dismiss_idle(const Guard& guard) {
  if (!line_.empty()) return;
  for (const auto& hand : hands_) {
    if (hand->process && hand->count() == 0) send_home(guard, *hand);
  }
}

bool ProcessCrew::Owner::is_over() {
  const Guard guard(mutex_);
  if (!shut_down_.load() && !error_) return false;
  for (const auto& hand : hands_) {
    if (hand->process) return false;
  }
  return line_.empty() || error_ || terminated_;
}

}  // namespace hilo::detail::pool
